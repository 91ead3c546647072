"""The way to the server: what is refused before anything is sent, and what is said when no answer comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from pvdify.api import client as client_module
from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer

PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    ("variable", "code", "step"),
    [("PVDIFY_URL", 2, "export PVDIFY_URL=https://"), ("PVDIFY_TOKEN", 3, "pvdifyd token create")],
)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_setting_says_how_to_set_it(
    pvdify: Run, variable: str, code: int, step: str, value: str | None
) -> None:
    answer = pvdify("apps", **{variable: value})
    assert answer.exit_code == code
    assert f"{variable} is not set" in answer.stderr
    assert step in answer.stderr


@pytest.mark.parametrize(
    "url",
    [
        "server.example.com",
        "ftp://server.example.com",
        "https://",
        "https://server.example.com:port",
        "https://server.example.com/?token=x",
        "https://[::1",
    ],
)
def test_a_url_that_is_none(pvdify: Run, url: str) -> None:
    answer = pvdify("apps", PVDIFY_URL=url)
    assert answer.exit_code == 2
    assert answer.stderr.startswith("Error: PVDIFY_URL: ")


def test_a_secret_in_the_url_is_refused_and_not_repeated(pvdify: Run) -> None:
    answer = pvdify("apps", PVDIFY_URL="https://me:pvd_secret@server.example.com")
    assert answer.exit_code == 2
    assert "pvd_secret" not in answer.output


@pytest.mark.parametrize(
    "host", ["server.example.com", "10.0.0.1", "localhost.example.com", "[fe80::1]", "0.0.0.0"]
)
def test_the_token_never_crosses_a_network_in_plain_http(pvdify: Run, host: str) -> None:
    answer = pvdify("apps", PVDIFY_URL=f"http://{host}:9443")
    assert answer.exit_code == 2
    assert "plain http" in answer.stderr
    assert f"https://{host}:9443" in answer.stderr


def test_a_token_with_a_line_break_is_refused(pvdify: Run, server: FakeServer) -> None:
    answer = pvdify("apps", PVDIFY_TOKEN="pvd_a\r\nX-Other: b")
    assert answer.exit_code == 2
    assert "PVDIFY_TOKEN" in answer.stderr
    assert not server.requests


def test_a_wrong_token(pvdify: Run) -> None:
    answer = pvdify("apps", PVDIFY_TOKEN="pvd_wrong")
    assert answer.exit_code == 3
    assert "[unauthenticated]" in answer.stderr
    assert "export PVDIFY_TOKEN=" in answer.stderr


def test_a_netrc_entry_does_not_replace_the_token(
    pvdify: Run, server: FakeServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password other\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert pvdify("apps").exit_code == 0


def test_no_proxy_sees_what_stays_on_this_machine(pvdify: Run, server: FakeServer) -> None:
    assert pvdify("apps", HTTP_PROXY="http://127.0.0.1:9", http_proxy="http://127.0.0.1:9").exit_code == 0


def test_a_server_that_is_down(pvdify: Run, server: FakeServer) -> None:
    server.stop()
    answer = pvdify("deploy", "myapp")
    assert answer.exit_code == 7
    assert answer.stderr.splitlines() == [
        f"Error: The server {server.url} doesn't answer: Connection refused.",
        "Next:  Check PVDIFY_URL, and on the server whether pvdifyd runs.",
    ]


def test_a_host_name_that_is_not_known(pvdify: Run) -> None:
    answer = pvdify("apps", PVDIFY_URL="https://server.invalid:9443")
    assert answer.exit_code == 7
    assert "https://server.invalid:9443 doesn't answer" in answer.stderr


def test_a_server_that_never_answers(
    pvdify: Run, server: FakeServer, app: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "_ANSWER_SECONDS", 0.2)
    server.faults.silent = True
    answer = pvdify("deploy", app)
    assert answer.exit_code == 7
    assert "no answer came in time" in answer.stderr
    assert len({request.headers["Idempotency-Key"] for request in server.asked("POST")}) == 1


def test_a_redirect_is_not_followed(pvdify: Run, server: FakeServer) -> None:
    elsewhere = FakeServer()
    server.faults.answers["GET", "/apps"] = (302, "text/html", "")
    server.faults.location = f"{elsewhere.url}/api/v1/apps"
    answer = pvdify("apps")
    elsewhere.stop()
    assert answer.exit_code == 8
    assert elsewhere.url in answer.stderr
    assert "set PVDIFY_URL to it" in answer.stderr
    assert not elsewhere.requests


@pytest.mark.parametrize(
    ("status", "kind", "body", "code"),
    [
        (200, "text/html", "<html>", 8),
        (200, "application/json", "{}", 8),
        (200, "application/json", "[1]", 8),
        (200, "application/json", "[", 8),
        (404, "text/html", "<html>", 4),
        (502, "text/html", "Bad gateway", 8),
        (500, PROBLEM, '{"code": "internal_error", "detail": "It broke.", "request_id": "r1"}', 8),
        (503, PROBLEM, '{"code": "reader_unavailable", "detail": "No worker."}', 8),
        (403, PROBLEM, '{"code": "forbidden", "detail": "Not for this token."}', 3),
        (400, PROBLEM, '{"code": "invalid_json", "detail": "No JSON."}', 6),
        (415, PROBLEM, '{"code": "unsupported_media_type", "detail": "Send JSON."}', 6),
        (409, PROBLEM, '{"code": "app_removing", "detail": "It is going."}', 5),
    ],
)
def test_answers_that_are_no_list(
    pvdify: Run, server: FakeServer, status: int, kind: str, body: str, code: int
) -> None:
    server.faults.answers["GET", "/apps"] = (status, kind, body)
    answer = pvdify("apps")
    assert answer.exit_code == code
    first, second = answer.stderr.splitlines()
    assert first.startswith("Error: ")
    assert second.startswith("Next:  ")


def test_a_certificate_that_is_not_trusted_names_the_variable(pvdify: Run, tls_server: FakeServer) -> None:
    answer = pvdify("apps", PVDIFY_URL=tls_server.url)
    assert answer.exit_code == 7
    assert "certificate" in answer.stderr
    assert "is not trusted: self-signed certificate" in answer.stderr
    assert "PVDIFY_CA_FILE" in answer.stderr
    assert not tls_server.requests


def test_a_named_certificate_is_trusted(
    pvdify: Run, tls_server: FakeServer, certificate: tuple[str, str]
) -> None:
    assert pvdify("apps", PVDIFY_URL=tls_server.url, PVDIFY_CA_FILE=certificate[0]).exit_code == 0


def test_a_changed_certificate_is_not_trusted(
    pvdify: Run, tls_server: FakeServer, other_certificate: tuple[str, str]
) -> None:
    answer = pvdify("apps", PVDIFY_URL=tls_server.url, PVDIFY_CA_FILE=other_certificate[0])
    assert answer.exit_code == 7
    assert other_certificate[0] in answer.stderr


def test_a_named_certificate_that_is_none(pvdify: Run, server: FakeServer, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing\n")
    for name, reason in (("empty.pem", "holds no certificate"), ("missing.pem", "No such file")):
        answer = pvdify("apps", PVDIFY_CA_FILE=str(tmp_path / name))
        assert answer.exit_code == 2
        assert "PVDIFY_CA_FILE" in answer.stderr
        assert reason in answer.stderr
    assert not server.requests


def test_tls_spoken_to_a_port_without_it(pvdify: Run, server: FakeServer) -> None:
    answer = pvdify("apps", PVDIFY_URL=server.url.replace("http://", "https://"))
    assert answer.exit_code == 7
    assert "doesn't speak TLS" in answer.stderr


def test_plain_http_to_a_port_that_speaks_tls_gives_the_right_url(
    pvdify: Run, tls_server: FakeServer
) -> None:
    url = tls_server.url.replace("https://", "http://")
    answer = pvdify("apps", PVDIFY_URL=url)
    assert answer.exit_code == 7
    assert (
        answer.stderr.splitlines()[1] == f"Next:  Correct PVDIFY_URL. pvdifyd speaks https: {tls_server.url}"
    )


def test_a_path_at_the_end_of_the_url_is_named(pvdify: Run, server: FakeServer) -> None:
    for path in ("/api/v1", "/admin/"):
        answer = pvdify("apps", PVDIFY_URL=f"{server.url}{path}")
        assert answer.exit_code == 4
        assert f"Next:  Leave the path out of PVDIFY_URL: {server.url}\n" in answer.stderr


def test_a_url_without_its_scheme_is_completed(pvdify: Run) -> None:
    for typed in ("server.example.com", "server.example.com:9443", "localhost:9443"):
        answer = pvdify("apps", PVDIFY_URL=typed)
        assert answer.exit_code == 2
        assert f"Did you mean https://{typed}?" in answer.stderr


def test_a_certificate_of_another_name_says_so(pvdify: Run, tls_server: FakeServer) -> None:
    answer = pvdify("apps", PVDIFY_URL=tls_server.url.replace("127.0.0.1", "localhost"))
    assert answer.exit_code == 7
    assert "is not trusted" in answer.stderr


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_bundle_of_requests_that_is_not_there_is_named(pvdify: Run, variable: str) -> None:
    bundles = {"REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": "", variable: "/nowhere.pem"}
    answer = pvdify("apps", PVDIFY_URL="https://server.invalid", **bundles)
    assert answer.exit_code == 2
    assert f"{variable}: /nowhere.pem is not there." in answer.stderr


def test_a_bundle_that_requests_do_not_look_at_is_nothing_to_them(pvdify: Run, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").touch()
    bundles = {"REQUESTS_CA_BUNDLE": str(tmp_path / "ca.pem"), "CURL_CA_BUNDLE": "/nowhere.pem"}
    answer = pvdify("apps", PVDIFY_URL="https://server.invalid", **bundles)
    assert answer.exit_code == 7
    assert "/nowhere.pem" not in answer.stderr


def test_a_ca_file_of_nobody_s_home_is_named(pvdify: Run) -> None:
    answer = pvdify("apps", PVDIFY_CA_FILE="~nobody-of-this-name/ca.pem")
    assert answer.exit_code == 2
    assert "~nobody-of-this-name/ca.pem can't be read" in answer.stderr
