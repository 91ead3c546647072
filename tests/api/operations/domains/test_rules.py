"""What a domain may be called, and what it is kept as."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdifyd.errors import RuleError
from pvdifyd.http.documentation.rules import DOMAIN
from pvdifyd.operations.domains.rules import NAME_LIMIT, domain_named

ASCII = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("myapp.com", "myapp.com"),
        ("WWW.MyApp.com", "www.myapp.com"),
        ("myapp.com.", "myapp.com"),
        ("*.myapp.com", "*.myapp.com"),
        ("*.Preview.myapp.com", "*.preview.myapp.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("straße.de", "xn--strae-oqa.de"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("myapp.com。", "myapp.com"),
        ("*.myapp。com\uff0e", "*.myapp.com"),
        ("1.example", "1.example"),
        ("a-b.example.co.uk", "a-b.example.co.uk"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
    ],
)
def test_a_domain_is_kept_in_one_way(text: str, kept: str) -> None:
    assert domain_named(text) == kept
    assert domain_named(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "myapp.com..",
        "myapp。",
        "*.com。",
        "myapp",
        "localhost",
        "*.com",
        "*",
        "*.",
        "*myapp.com",
        "www.*.myapp.com",
        "*.*.myapp.com",
        "my app.com",
        "my_app.com",
        "-a.example",
        "a-.example",
        "a..example",
        ".myapp.com",
        "https://myapp.com",
        "myapp.com/path",
        "myapp.com:443",
        "me@myapp.com",
        "myapp.com\n",
        "myapp.com\0",
        "192.0.2.7",
        "2001:db8::1",
        "1.2.3.4.5",
        "1.2.3.0x4",
        "myapp.0X",
        "a" * 64 + ".example",
        ("a" * 60 + ".") * 5 + "example",
        "x" * 100_000,
        "xn--zz.example",
        "\u202eevil.com",
        "☃.example",
        "{{ 7 * 7 }}.com",
    ],
)
def test_what_is_none_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(RuleError) as refused:
        domain_named(text)
    assert refused.value.rule == "domain_name"
    assert refused.value.detail.isprintable()
    assert len(refused.value.detail) < 500
    assert "as in myapp.com" in refused.value.detail


@given(st.text(max_size=40) | st.from_regex(r"(\*\.)?[A-Za-zäß0-9.-]{1,30}\.[a-z]{1,5}", fullmatch=True))
def test_whatever_is_taken_is_a_name_and_stays_itself(text: str) -> None:
    try:
        kept = domain_named(text)
    except RuleError:
        return
    assert ASCII.fullmatch(kept)
    assert re.search(DOMAIN["pattern"], text), "the API's description refuses what is taken"
    assert len(kept) <= NAME_LIMIT
    assert domain_named(kept) == kept
