"""`pvdify apply` and the API mean the same by a file: what was applied leaves nothing to apply."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pvdifyd.models import App
from tests.contract.conftest import Run

NOTHING = "Nothing to change: {} is what its file says.\n"

processes = st.dictionaries(
    st.sampled_from(("web", "worker", "scheduler")),
    st.fixed_dictionaries(
        {},
        optional={
            "command": st.sampled_from((None, "", "node server.js", "sh -c 'a; b' é")),
            "count": st.integers(0, 100),
            "overlap": st.just(True),
        },
    ),
    min_size=1,
)
definitions = st.fixed_dictionaries(
    {"name": st.sampled_from(("myapp", "myapp-staging", "myapp-pr-7"))},
    optional={
        "host": st.just("demo"),
        "image": st.sampled_from((None, "nginx", "ghcr.io/acme/myapp:v2")),
        "processes": processes,
        "container_port": st.none() | st.integers(1, 65_535),
        "domains": st.none()
        | st.lists(
            st.sampled_from(("myapp.com", "WWW.myapp.com.", "*.Myapp.com", "b\u00fccher.example")), max_size=4
        ),
        "resources": st.fixed_dictionaries(
            {}, optional={"memory": st.sampled_from(("512M", "1G")), "cpu": st.sampled_from((1, 0.25, 1.0))}
        ),
        "healthcheck": st.none()
        | st.fixed_dictionaries(
            {"path": st.just("/health")},
            optional={"interval": st.just("30s"), "timeout": st.just("10s"), "retries": st.integers(1, 100)},
        ),
    },
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(definitions)
def test_applied_again_there_is_nothing_to_change(pvdify: Run, definition: dict[str, Any]) -> None:
    App.delete().execute()
    name, file = definition["name"], json.dumps(definition).encode()
    assert pvdify("apply", "-f", "-", "--yes", "--no-wait", piped=file).exit_code == 0
    assert pvdify("apply", "-f", "-", piped=file).stdout == NOTHING.format(name)
    exported = pvdify("apps:export", name).stdout
    assert pvdify("apply", "-f", "-", piped=exported.encode()).stdout == NOTHING.format(name)


def test_an_export_makes_the_app_again_where_it_is_gone(pvdify: Run) -> None:
    definition = {"name": "myapp", "bind_port": 4000, "processes": {"web": {}, "scheduler": {"count": 2}}}
    pvdify("apply", "-f", "-", "--yes", piped=json.dumps(definition).encode())
    pvdify("apps:export", "myapp", "-o", "app.yaml")
    before = json.loads(pvdify("apps:export", "myapp", "--json").stdout)
    App.delete().execute()
    assert pvdify("apply", "-f", "app.yaml", "--yes").exit_code == 0
    assert json.loads(pvdify("apps:export", "myapp", "--json").stdout) == before


def test_what_the_api_refuses_is_said_as_it_says_it(pvdify: Run) -> None:
    answer = pvdify("apply", "-f", "-", "--yes", piped=b"{name: myapp-staging, environment: production}")
    assert answer.exit_code == 6
    assert '"myapp-staging" names a staging app' in answer.stderr
    assert "Next:  Leave environment out" in answer.stderr
    assert App.select().count() == 0


def test_domains_that_are_left_out_stay_and_none_are_none(pvdify: Run) -> None:
    def applied(**more: Any) -> Any:
        file = json.dumps({"name": "myapp", **more}).encode()
        answer = pvdify("apply", "-f", "-", "--yes", "--no-wait", piped=file)
        assert answer.exit_code == 0, answer.output
        return json.loads(pvdify("apps:info", "myapp", "--json").stdout)["domains"]

    assert applied(domains=["b.example.com", "A.example.com"]) == ["a.example.com", "b.example.com"]
    assert applied(image="nginx") == ["a.example.com", "b.example.com"]
    assert applied(domains=["b.example.com"]) == ["b.example.com"]
    assert applied(domains=[]) == []


def test_a_domain_that_is_none_is_the_servers_to_refuse(pvdify: Run) -> None:
    answer = pvdify("apply", "-f", "-", "--yes", piped=b"{name: myapp, domains: [nodot, 'x.example.com']}")
    assert answer.exit_code == 6
    assert 'domains.0: "nodot" can\'t be a domain' in answer.stderr
    assert App.select().count() == 0
