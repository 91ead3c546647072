"""Which URL stands in the script: the one that was asked for, and never anything that a shell could take for more."""

from __future__ import annotations

import re
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as texts

from pvdifyd.http.install import address

LISTENING = ("127.0.0.1", "9443")
OWN = "https://127.0.0.1:9443"


@pytest.mark.parametrize(
    "host",
    [
        "pvdify.win",
        "PVDIFY.win",
        "localhost:9443",
        "127.0.0.1:1",
        "[::1]",
        "[2001:db8::1]:65535",
        "xn--bcher-kva.example",
        "a" * 253,
    ],
)
def test_a_name_or_an_address_is_taken_as_it_was_sent(host: str) -> None:
    assert address.url(host, LISTENING) == f"https://{host}"


@pytest.mark.parametrize(
    "host",
    [
        "",
        ":9443",
        "pvdify.win:",
        "pvdify.win:0",
        "pvdify.win:65536",
        "pvdify.win:9443:1",
        "pvdify.win:٣",
        "user@pvdify.win",
        "pvdify.win/path",
        "-pvdify.win",
        "pvdify.win.",
        "pvdify_win",
        "bücher.example",
        "x.example\n",
        "x.example\nid",
        "x;id",
        "$(id)",
        "`id`",
        "'x'",
        "x y",
        "x#y",
        "[::1",
        "::1",
        "[::1%eth0]",
        "[::1%$(id)]",
        "[127.0.0.1]",
        "[]",
        "a" * 254,
    ],
)
def test_anything_else_gives_way_to_where_the_server_listens(host: str) -> None:
    assert address.url(host, LISTENING) == OWN


def test_an_address_of_ipv6_that_is_listened_at_is_written_as_urls_have_it() -> None:
    assert address.url("", ("::1", "9443")) == "https://[::1]:9443"


@given(texts.text(max_size=40) | texts.from_regex(r"[a-z0-9.:\[\]%$;'\n-]*", fullmatch=True))
def test_whatever_is_sent_a_shell_sees_one_word_with_nothing_in_it_to_do(host: str) -> None:
    url = address.url(host, LISTENING)
    assert re.fullmatch(r"https://[A-Za-z0-9.:\[\]-]+", url)
    assert shlex.split(url) == [url]
