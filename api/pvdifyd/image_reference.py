"""Image references, by the grammar of the distribution project: [domain[:port]/]path[:tag][@digest]."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pvdifyd.errors import RuleError, shown, without_login

LENGTH_LIMIT = 512
PATH_LIMIT = 255
DEFAULT_DOMAIN = "docker.io"
DEFAULT_TAG = "latest"

_DOMAIN_COMPONENT = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = rf"(?:{_DOMAIN_COMPONENT}(?:\.{_DOMAIN_COMPONENT})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_PATH_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_DIGEST = r"sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}"
_REFERENCE = re.compile(
    rf"(?:(?P<domain>{_DOMAIN})/)?(?P<path>{_PATH_COMPONENT}(?:/{_PATH_COMPONENT})*)"
    rf"(?::(?P<tag>[a-zA-Z0-9_][a-zA-Z0-9_.-]{{0,127}}))?(?:@(?P<digest>{_DIGEST}))?",
    re.ASCII,
)
_IMAGE_ID = re.compile(r"[a-f0-9]{64}", re.ASCII)


@dataclass(frozen=True)
class ImageReference:
    """A reference whose parts are known; `domain` and `tag` are filled in with the defaults."""

    domain: str
    path: str
    tag: str | None
    digest: str | None

    def __str__(self) -> str:
        """The full form that is pulled; a digest wins over a tag, because podman takes only one of them."""
        version = f"@{self.digest}" if self.digest else f":{self.tag or DEFAULT_TAG}"
        return f"{self.domain}/{self.path}{version}"


def parse(text: str) -> ImageReference:
    """The parts of a reference as a person writes it; raises RuleError("image_reference")."""
    match = _REFERENCE.fullmatch(text) if len(text) <= LENGTH_LIMIT else None
    if match is None or _IMAGE_ID.fullmatch(text):
        raise _broken(text)
    domain, path = _with_default_domain(match["domain"], match["path"])
    if len(path) > PATH_LIMIT or not _port_is_valid(domain):
        raise _broken(text)
    tag = match["tag"] or (None if match["digest"] else DEFAULT_TAG)
    return ImageReference(domain, path, tag, match["digest"])


def normalise(text: str) -> str:
    """The full form of a reference: nginx → docker.io/library/nginx:latest; raises RuleError."""
    return str(parse(text))


def _with_default_domain(domain: str | None, path: str) -> tuple[str, str]:
    # As docker reads it: a first part is a domain only if it can't be a path's.
    if domain and not ("." in domain or ":" in domain or domain == "localhost" or domain != domain.lower()):
        domain, path = None, f"{domain}/{path}"
    if domain is None or domain.lower() in ("index.docker.io", DEFAULT_DOMAIN):
        return DEFAULT_DOMAIN, path if "/" in path else f"library/{path}"
    # A name of DNS is the same in capitals. One without a dot is a domain only by them.
    return domain.lower() if "." in domain or ":" in domain else domain, path


def _port_is_valid(domain: str) -> bool:
    host, separator, port = domain.rpartition(":")
    if not separator or host.count("[") > host.count("]"):
        return True
    return len(port) <= 5 and 1 <= int(port) <= 65535


def _broken(text: str) -> RuleError:
    # What stands before an @ may be a login, unless a digest follows.
    said = text if "@sha256:" in text and "://" not in text else without_login(text)
    return RuleError(
        "image_reference",
        f"{shown(said)} is no image reference: [domain[:port]/]path[:tag][@digest], "
        f"at most {LENGTH_LIMIT} characters, as in ghcr.io/acme/myapp:v2.",
    )
