"""A container sees exactly what was set, whatever it is: config and secret alike."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.end_to_end import inside
from tests.end_to_end.operations import ended
from tests.end_to_end.world import World

PEM = f"-----BEGIN CERTIFICATE-----\n{'MIIBszCCAVmgAwIBAgIUB+/=' * 40}\n-----END CERTIFICATE-----\n"
AWKWARD = [
    *("", " ", "\n", "\n\n", "\t", "a\n", "\na", "a\r\nb\r\n", "\r", "=", "==a=b=", "a b  c "),
    *(
        '"',
        "'",
        '"\'"',
        '"quoted"',
        "$",
        "$HOME ${HOME} $$",
        "%",
        "%h %n %%",
        "\\",
        "\\n",
        "a\\",
        "`id`",
        "$(id)",
    ),
    *(
        "{{ 7 * 7 }}",
        "{% raw %}",
        "{#",
        "-----",
        "--privileged",
        "-e X=1",
        "#",
        "# not a remark",
        "!vault |",
        "~",
        "@file",
    ),
    *(
        "null",
        "true",
        "3.0",
        "{}",
        "[1]",
        "é",
        "e\u0301",
        "😀👩\u200d👩\u200d👧",
        "\ufeffbom",
        "\u2028",
        "\x1b[31m",
        "\x01\x7f",
        "a,b;c&d|e>f<g*?",
    ),
    *(PEM, "x" * 65_536, "é" * 32_768),
]
# What quoting, templates, shells, systemd and JSON care about.
MEAN = st.text(alphabet="\"'$%\\`\r\n\t ={}#-!@;&|<>()[]aé😀", max_size=40)
ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200)
KEYS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,127}", fullmatch=True).filter(
    lambda key: key != "PORT" and not key.startswith("PVDIFY_")
)
# Those that a container has anyway may be set too.
ALWAYS_THERE = {"PATH", "HOME", "HOSTNAME", "TERM", "container"}
KNOWN = st.sampled_from([*sorted(ALWAYS_THERE), "LANG", "LD_PRELOAD", "value", "sops"])
SETS = st.dictionaries(KEYS | KNOWN, MEAN | ANY | st.sampled_from(AWKWARD[:-2]), min_size=12, max_size=16)


@pytest.fixture(scope="module")
def app(world: World) -> Iterator[str]:
    """An app that serves, so that each change of its config is a release."""
    name = "exactly"
    world.done("apps:create", name, "--health-path", "/health")
    world.done("deploy", name, "--image", world.image("v1"))
    yield name
    world.done("apps:destroy", name, "--confirm", name)


@settings(
    max_examples=5,
    derandomize=True,
    database=None,
    # To shrink a failure would take a release for each try.
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@example(
    {f"PLAIN_{number}": value for number, value in enumerate(AWKWARD)},
    {f"SECRET_{number}": value for number, value in enumerate(AWKWARD)},
)
@given(plain=SETS, secret=SETS)
def test_what_is_set_arrives_byte_for_byte(
    world: World, app: str, plain: dict[str, str], secret: dict[str, str]
) -> None:
    plain = {key: value for key, value in plain.items() if key not in secret}
    before = world.api("GET", f"/apps/{app}/config").json()
    gone = dict.fromkeys((before["config"].keys() | before["secrets"].keys()) - secret.keys())
    change = {"config": {**gone, **plain}, "secrets": secret}

    accepted = world.api("PUT", f"/apps/{app}/config", json=change)
    assert accepted.status_code == 202, accepted.text
    done = ended(world, accepted.json()["operation"], seconds=60)
    assert done["status"] == "succeeded", done["error"]

    seen, both = inside.environment(world, app), {**plain, **secret}
    assert {key: seen.get(key) for key in both} == both
    # What was unset is gone, but for what every container has.
    assert not seen.keys() & gone.keys() - both.keys() - ALWAYS_THERE
    told = world.api("GET", f"/apps/{app}/config").json()
    assert told["config"].keys() | told["secrets"].keys() == both.keys()
    assert told["config"].items() <= plain.items()
