"""Caddy's configuration, and what it can't be made say."""

from __future__ import annotations

import pytest

from pvdifyd.host_program.answers import StepFailed
from pvdifyd.host_program.edge import caddyfile

ROUTE = {"domain": "my.com", "app": "my-app", "address": "127.0.0.1", "port": 3000}


def test_each_domain_is_a_site() -> None:
    text = caddyfile.text([ROUTE, {**ROUTE, "domain": "*.my.com", "port": 3001}], "automatic", "me@my.com")
    assert "my.com {\n\treverse_proxy http://127.0.0.1:3000\n}\n" in text
    assert "*.my.com {\n\treverse_proxy http://127.0.0.1:3001\n}\n" in text
    assert "\temail me@my.com\n" in text
    assert "local_certs" not in text


def test_certificates_of_its_own() -> None:
    assert "\tlocal_certs\n\tskip_install_trust\n" in caddyfile.text([ROUTE], "internal", None)


@pytest.mark.parametrize("email", ["me@my.com\n}", "me@my.com {", "{$HOME}@my.com", "", "a@b c"])
def test_an_address_that_would_be_more_than_a_word_is_refused(email: str) -> None:
    with pytest.raises(StepFailed) as refused:
        caddyfile.text([ROUTE], "automatic", email)
    assert refused.value.code == "ingress_invalid"


@pytest.mark.parametrize("change", [{"domain": "my.com {\n"}, {"domain": "{$HOME}.com"}, {"address": "x y"}])
def test_a_route_that_would_be_more_than_a_word_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(StepFailed) as refused:
        caddyfile.text([{**ROUTE, **change}], "automatic", None)
    assert refused.value.code == "ingress_invalid"


def test_only_wildcards_of_public_authorities_need_dns() -> None:
    assert caddyfile.needs_dns("*.my.com", "automatic")
    assert not caddyfile.needs_dns("*.my.com", "internal")
    assert not caddyfile.needs_dns("my.com", "automatic")
