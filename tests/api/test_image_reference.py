"""Image references: what the grammar takes, what it stands for, and what never gets through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdifyd.errors import RuleError
from pvdifyd.image_reference import ImageReference, normalise, parse

HEX = "0123456789abcdef" * 4
DIGEST = f"sha256:{HEX}"


@pytest.mark.parametrize(
    ("written", "full"),
    [
        ("nginx", "docker.io/library/nginx:latest"),
        ("nginx:1.27", "docker.io/library/nginx:1.27"),
        ("acme/myapp", "docker.io/acme/myapp:latest"),
        ("docker.io/nginx", "docker.io/library/nginx:latest"),
        ("index.docker.io/nginx", "docker.io/library/nginx:latest"),
        ("ghcr.io/acme/myapp:v2", "ghcr.io/acme/myapp:v2"),
        ("GHCR.io/acme/myapp", "ghcr.io/acme/myapp:latest"),
        ("Docker.io/nginx", "docker.io/library/nginx:latest"),
        ("REGISTRY/myapp", "REGISTRY/myapp:latest"),
        ("localhost/myapp", "localhost/myapp:latest"),
        ("localhost:5000/myapp:v1", "localhost:5000/myapp:v1"),
        ("10.0.0.1:5000/a/b/c", "10.0.0.1:5000/a/b/c:latest"),
        ("[::1]:5000/myapp", "[::1]:5000/myapp:latest"),
        ("foo:5000", "docker.io/library/foo:5000"),
        ("a__b/c.d-e:x", "docker.io/a__b/c.d-e:x"),
        (f"nginx@{DIGEST}", f"docker.io/library/nginx@{DIGEST}"),
        (f"nginx:1.27@{DIGEST}", f"docker.io/library/nginx@{DIGEST}"),
    ],
)
def test_a_reference_stands_for_its_full_form(written: str, full: str) -> None:
    assert normalise(written) == full
    assert normalise(full) == full


@pytest.mark.parametrize(
    "text",
    [
        "",
        "--privileged",
        "a;id",
        "$(id)",
        "nginx\n",
        "nginx ",
        "Nginx",
        "nginx:",
        "nginx@",
        "nginx@sha256:abc",
        "nginx@md5:d41d8cd98f00b204e9800998ecf8427e",
        "/nginx",
        "nginx/",
        "a//b",
        "a..b",
        "../x",
        "-a/b",
        "http://nginx",
        "ghcr.io:99999/a",
        "ghcr.io:0/a",
        "ghcr.io:/a",
        "{{ lookup('pipe','touch /tmp/x') }}",
        "%h",
        "nginx\0",
        "ng\u0131nx",
        HEX,
        "a" * 513,
        "a/" + "b" * 256,
        "nginx:" + "t" * 129,
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(RuleError) as refused:
        parse(text)
    assert refused.value.rule == "image_reference"


part = st.from_regex(r"[a-z0-9]{1,8}((\.|_|__|-{1,3})[a-z0-9]{1,8}){0,2}", fullmatch=True)
domains = st.from_regex(r"[a-z0-9]{1,8}(\.[a-z0-9]{1,8}){1,2}(:[1-9][0-9]{0,3})?", fullmatch=True)
tags = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True)
references = st.builds(
    ImageReference,
    domain=domains,
    path=st.lists(part, min_size=1, max_size=3).map("/".join),
    tag=tags,
    digest=st.none(),
) | st.builds(
    ImageReference,
    domain=domains,
    path=st.lists(part, min_size=1, max_size=3).map("/".join),
    tag=st.none(),
    digest=st.just(DIGEST),
)


@given(references)
def test_what_is_written_is_read_again(reference: ImageReference) -> None:
    assert parse(str(reference)) == reference


@given(st.text(max_size=80))
def test_what_passes_is_one_harmless_word(text: str) -> None:
    try:
        full = normalise(text)
    except RuleError:
        return
    assert not full.startswith("-")
    assert all(character.isalnum() or character in ".:/_-@[]" for character in full)
    assert full.isascii()
    assert normalise(full) == full


@pytest.mark.parametrize(
    "text", ["https://user:hunter2@ghcr.io/acme/app:v1", "user:hunter2@ghcr.io/acme/app"]
)
def test_a_login_in_it_is_not_said_again(text: str) -> None:
    with pytest.raises(RuleError) as refused:
        normalise(text)
    assert "hunter2" not in refused.value.detail
    assert "ghcr.io/acme/app" in refused.value.detail
