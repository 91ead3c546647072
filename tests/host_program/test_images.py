"""What a registry's answer means to a person, and what of an image's description we use."""

import pytest

from pvdifyd.host_program.commands import Completed
from pvdifyd.host_program.credentials import SignedIn
from pvdifyd.host_program.images import _failure, only_port, repository


@pytest.mark.parametrize(
    ("image", "wanted"),
    [
        ("docker.io/library/nginx:latest", "docker.io/library/nginx"),
        ("10.0.0.1:5000/sample:v1", "10.0.0.1:5000/sample"),
        ("10.0.0.1:5000/a/b@sha256:00", "10.0.0.1:5000/a/b"),
        ("ghcr.io/acme/app:v1@sha256:00", "ghcr.io/acme/app"),
    ],
)
def test_a_repository_is_the_reference_without_tag_and_digest(image: str, wanted: str) -> None:
    assert repository(image) == wanted


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("reading manifest v9 in r/app: manifest unknown", "image_not_found"),
        ("unable to retrieve auth token: invalid username/password: unauthorized", "registry_auth"),
        ("dial tcp 10.0.0.1:5000: connect: connection refused", "registry_unreachable"),
        (
            "tls: failed to verify certificate: x509: certificate signed by unknown authority",
            "registry_unreachable",
        ),
        ("dial tcp: lookup nowhere.example: no such host", "registry_unreachable"),
        ("something nobody has seen before", "image_pull_failed"),
    ],
)
def test_what_a_registry_says_becomes_a_code_and_a_next_step(said: str, code: str) -> None:
    failure = _failure("r/app:v9", Completed(1, b"", said))
    assert failure.code == code
    assert "r/app:v9" in failure.message
    assert failure.details["next_step"]


@pytest.mark.parametrize(
    ("exposed", "port"),
    [
        (None, None),
        ({}, None),
        ({"8080/tcp": {}}, 8080),
        ({"80/tcp": {}, "443/tcp": {}}, None),
        ({"53/udp": {}}, None),
    ],
)
def test_the_only_port_an_image_exposes(exposed: object, port: int | None) -> None:
    assert only_port({"Config": {"ExposedPorts": exposed}}) == port


def test_a_refused_credential_is_told_apart_from_none() -> None:
    refused = Completed(1, b"", "unauthorized: authentication required")
    with_one = _failure("r/app:v9", refused, SignedIn("/proc/1/fd/3", "ada"))
    with_none = _failure("r/app:v9", refused)
    assert with_one.code == with_none.code == "registry_auth"
    assert "ada" in with_one.message
    assert "registry:login" in with_one.details["next_step"]
    assert "ada" not in with_none.message
