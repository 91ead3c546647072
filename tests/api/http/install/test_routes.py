"""GET /install.sh and the wheel: for everybody, and about this server alone."""

from __future__ import annotations

import hashlib
import re

import pytest

from pvdifyd.http.install import routes
from tests.api.conftest import Api


def test_the_script_names_the_server_that_was_asked_and_the_wheel_that_it_gives(api: Api) -> None:
    answer = api.client.get("/install.sh", headers={"Host": "pvdify.win"})
    assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "curl -fsSL https://pvdify.win/install.sh | bash" in answer.text
    assert not re.search(r"@[A-Z0-9]+@", answer.text), "a place was left empty"
    (path,) = set(re.findall(r"\$url(/install/pvdify-[^\"\s]+\.whl)", answer.text))
    wheel = api.client.get(path)
    assert (wheel.status_code, wheel.content_type) == (200, "application/octet-stream")
    assert hashlib.sha256(wheel.data).hexdigest() in answer.text


@pytest.mark.parametrize("host", ["$(id)", "x.example;id", "a'b", "evil.example/", "[::1%$(id)]"])
def test_a_host_that_is_none_gets_into_no_script(api: Api, host: str) -> None:
    answer = api.client.get(
        "/install.sh",
        headers={"Host": host},
        environ_overrides={"SERVER_NAME": "10.0.0.2", "SERVER_PORT": "9443"},
    )
    assert answer.status_code == 200
    assert host not in answer.text
    assert "curl -fsSL https://10.0.0.2:9443/install.sh | bash" in answer.text


def test_what_a_proxy_says_of_itself_is_not_looked_at(api: Api) -> None:
    headers = {"Host": "pvdify.win", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    assert "evil" not in api.client.get("/install.sh", headers=headers).text


def test_a_wheel_that_is_known_is_not_sent_again(api: Api) -> None:
    assert routes.WHEEL is not None
    path = f"/install/{routes.WHEEL.name}"
    first = api.client.get(path)
    again = api.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", ["pvdify-0.0.1-py3-none-any.whl", "install.sh", "..", "%2e%2e%2fetc"])
def test_another_file_is_not_there_and_the_answer_says_which_is(api: Api, name: str) -> None:
    answer = api.client.get(f"/install/{name}", headers={"Authorization": f"Bearer {api.token}"})
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")


def test_a_checkout_that_was_never_installed_has_none_to_give(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "WHEEL", None)
    for path in ("/install.sh", "/install/pvdify-0.0.0-py3-none-any.whl"):
        answer = api.client.get(path)
        assert answer.status_code == 404
        assert "never installed" in answer.get_json()["detail"]
