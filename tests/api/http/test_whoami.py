"""A token tells what it may do."""

from __future__ import annotations

from pvdifyd import clock, tokens
from pvdifyd.models import Token
from tests.api.conftest import Api


def test_a_token_for_everything(api: Api) -> None:
    said = api.ok("GET", "/whoami")
    assert said.pop("last_used_at") <= clock.now()
    assert said == {"token": "tester", "scope": "admin", "apps": None, "expires_at": None}


def test_a_token_for_an_app_until_a_day(api: Api) -> None:
    text = tokens.new()
    end = clock.ago(-60)
    Token.create(
        name="ci", sha256=tokens.fingerprint(text), scope="read", apps=["a", "myapp"], expires_at=end
    )
    said = Api(api.client, text).ok("GET", "/whoami")
    assert (said["token"], said["scope"], said["apps"], said["expires_at"]) == (
        "ci",
        "read",
        ["a", "myapp"],
        end,
    )
