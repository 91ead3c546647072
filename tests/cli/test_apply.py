"""`apply` and `apps:export`: a slot and its file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer

WHOLE = """\
# myapp production slot
name: myapp
environment: production
image: ghcr.io/acme/myapp:v2.1.0
processes:
  web:
    command: "node dist/server.js"
    count: 2
  worker:
    command: "node dist/worker.js"
    count: 1
bind_port: 3001
env_versions:
  - version: v3
    created: 2026-01-05T10:30:00Z
    hash: def456
resources:
  memory: 512M
  cpu: 0.5
healthcheck:
  path: /health
  interval: 30s
  timeout: 5s
  retries: 3
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with the whole definition of an app."""
    path = tmp_path / "app.yaml"
    path.write_text(WHOLE)
    return path


def test_a_new_app_is_shown_and_created(pvdify: Run, server: FakeServer, file: Path) -> None:
    answer = pvdify("apply", "-f", str(file), "--yes")
    assert answer.exit_code == 0
    assert answer.stdout.splitlines() == [
        "App myapp is new:",
        "  + name: myapp",
        "  + environment: production",
        "  + image: ghcr.io/acme/myapp:v2.1.0",
        "  + processes.web: command node dist/server.js, count 2, overlap yes",
        "  + processes.worker: command node dist/worker.js, count 1, overlap yes",
        "  + bind_port: 3001",
        "  + resources.memory: 512M",
        "  + resources.cpu: 0.5",
        "  + healthcheck: path /health, interval 30s, timeout 5s, retries 3",
        "App myapp created: production, port 3001 of local.",
        "Next: pvdify deploy myapp",
    ]
    (put,) = server.asked("PUT", "/apps/myapp")
    assert put.headers["If-None-Match"] == "*"
    assert "env_versions" not in (put.body or {})


def test_what_is_no_part_of_it_is_said_not_to_be_applied(pvdify: Run, file: Path) -> None:
    answer = pvdify("apply", "-f", str(file), "--yes")
    assert answer.stderr == "Note: env_versions is history; pvdify config:set changes config vars.\n"


def test_applied_again_it_changes_nothing(pvdify: Run, server: FakeServer, file: Path) -> None:
    pvdify("apply", "-f", str(file), "--yes")
    answer = pvdify("apply", "-f", str(file))
    assert (answer.exit_code, answer.stdout) == (0, "Nothing to change: myapp is what its file says.\n")
    assert len(server.asked("PUT")) == 1


def test_what_changes_is_shown_field_by_field(pvdify: Run, server: FakeServer, file: Path) -> None:
    pvdify("apply", "-f", str(file), "--yes")
    file.write_text(
        "name: myapp\n"
        "image: ghcr.io/acme/myapp:v3\n"
        "processes: {web: {count: 3, command: node dist/server.js}, scheduler: {}}\n"
        "healthcheck: {path: /ready}\n"
    )
    answer = pvdify("apply", "-f", str(file), "--yes")
    assert answer.stdout.splitlines() == [
        "App myapp changes:",
        "  ~ image: ghcr.io/acme/myapp:v2.1.0 → ghcr.io/acme/myapp:v3",
        "  ~ processes.web.count: 2 → 3",
        "  - processes.worker: command node dist/worker.js, count 1, overlap yes",
        "  + processes.scheduler: count 1, overlap no",
        "  ~ healthcheck.path: /health → /ready",
        "App myapp changed.",
        "Next: pvdify deploy myapp",
    ]
    assert server.state.apps["myapp"]["bind_port"] == 3001, "what is left out of it stays"
    assert server.asked("PUT")[1].headers["If-Match"]


def test_what_is_left_out_goes_back_to_its_default(pvdify: Run, server: FakeServer, file: Path) -> None:
    pvdify("apply", "-f", str(file), "--yes")
    file.write_text("name: myapp\nresources: {cpu: 1}\nimage:\n")
    lines = pvdify("apply", "-f", str(file), "--yes").stdout.splitlines()
    assert "  - image: ghcr.io/acme/myapp:v2.1.0" in lines
    assert "  - processes.web.command: node dist/server.js" in lines
    assert "  ~ resources.cpu: 0.5 → 1" in lines
    assert "  - healthcheck: path /health, interval 30s, timeout 5s, retries 3" in lines
    assert lines[-1] == "Next: pvdify deploy myapp --image IMAGE"


@pytest.mark.parametrize(
    ("content", "next_line"),
    [
        (
            "image: docker.io/acme/myapp:v3",
            "Next: pvdify deploy myapp makes what runs match.",
        ),
        (
            "image: docker.io/acme/myapp:v2\nprocesses: {web: {count: 3}}",
            "Next: pvdify ps:scale myapp web=3 makes what runs match.",
        ),
        (
            "image: docker.io/acme/myapp:v2\nprocesses: {web: {count: 3, command: run}}",
            "Next: pvdify deploy myapp makes what runs match.",
        ),
    ],
)
def test_nothing_is_deployed_and_what_to_run_is_said(
    pvdify: Run, server: FakeServer, app: str, tmp_path: Path, content: str, next_line: str
) -> None:
    (tmp_path / "app.yaml").write_text(f"name: {app}\n{content}\n")
    answer = pvdify("apply", "-f", "app.yaml", "--yes")
    assert answer.stdout.splitlines()[-1] == next_line
    assert len(server.state.releases[app]) == 2


def test_new_resources_of_what_runs_are_seen_through(
    pvdify: Run, server: FakeServer, app: str, tmp_path: Path
) -> None:
    definition = f"name: {app}\nimage: docker.io/acme/myapp:v2\nresources: {{memory: 1G}}\n"
    (tmp_path / "app.yaml").write_text(definition)
    answer = pvdify("apply", "-f", "app.yaml", "--yes")
    lines = answer.stdout.splitlines()
    assert lines[2] == "Restarting myapp with its new resources: operation 3"
    assert [line.split()[0] for line in lines if " ok " in line] == ["stage", "restart"]
    assert lines[-2:] == ["App myapp changed.", "Operation 3 (resources of myapp) succeeded."]
    assert server.state.apps[app]["resources"] == {"memory": "1G", "cpu": 0.5}


def test_new_resources_that_fail_are_told(pvdify: Run, server: FakeServer, app: str, tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text(f"name: {app}\nimage: crash\nresources: {{memory: 1G}}\n")
    answer = pvdify("apply", "-f", "app.yaml", "--yes", "--json")
    assert answer.exit_code == 1
    document = json.loads(answer.stdout)
    assert document["operation"]["status"] == "failed"
    assert document["app"]["resources"]["memory"] == "512M"


def test_new_resources_need_not_be_waited_for(pvdify: Run, app: str, tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text(f"name: {app}\nimage: endless\nresources: {{memory: 1G}}\n")
    answer = pvdify("apply", "-f", "app.yaml", "--yes", "--no-wait")
    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[-1] == "Accepted. Follow it with: pvdify operations:info 3 --follow"


def test_limits_that_are_on_their_way_are_no_reason_to_do_nothing(
    pvdify: Run, server: FakeServer, app: str, tmp_path: Path
) -> None:
    server.state.operation("resources", app, None, "endless", {"resources": {"memory": "1G"}})
    definition = f"name: {app}\nimage: docker.io/acme/myapp:v2\n"
    (tmp_path / "app.yaml").write_text(definition)
    answer = pvdify("apply", "-f", "app.yaml", "--yes")
    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[:3] == [
        "App myapp changes:",
        "  ~ resources.memory: 1G → 512M",
        "Restarting myapp with its new resources: operation 4",
    ]
    assert server.asked("PUT")[0].body == {"name": app, "image": "docker.io/acme/myapp:v2"}


def test_limits_that_are_on_their_way_already_are_not_asked_for_again(
    pvdify: Run, server: FakeServer, app: str, tmp_path: Path
) -> None:
    server.state.operation("resources", app, None, "endless", {"resources": {"memory": "1G"}})
    definition = f"name: {app}\nimage: docker.io/acme/myapp:v2\nresources: {{memory: 1G}}\n"
    (tmp_path / "app.yaml").write_text(definition)
    assert "Nothing to change" in pvdify("apply", "-f", "app.yaml", "--yes").stdout
    (tmp_path / "app.yaml").write_text(f"{definition}bind_port: 3100\n")
    answer = pvdify("apply", "-f", "app.yaml")
    assert [line for line in answer.stdout.splitlines() if "→" in line] == ["  ~ bind_port: 3000 → 3100"]


def test_limits_that_were_on_their_way_count_no_more(
    pvdify: Run, server: FakeServer, app: str, tmp_path: Path
) -> None:
    server.state.operation("resources", app, None, "crash", {"resources": {"memory": "1G"}})
    (tmp_path / "app.yaml").write_text(f"name: {app}\nimage: docker.io/acme/myapp:v2\n")
    assert "Nothing to change" in pvdify("apply", "-f", "app.yaml").stdout


def test_for_programs_there_is_json_of_one_shape(pvdify: Run, server: FakeServer, file: Path) -> None:
    created = json.loads(pvdify("apply", "-f", str(file), "--yes", "--json").stdout)
    assert created["created"] is True
    assert {"field": "bind_port", "before": None, "after": 3001} in created["changes"]
    again = json.loads(pvdify("apply", "-f", str(file), "--json").stdout)
    app = server.state.apps["myapp"]
    nothing = {"changes": [], "operation": None, "domains_operation": None}
    assert again == {"app": app, "created": False, **nothing}


def test_without_a_terminal_it_is_only_shown(pvdify: Run, server: FakeServer, file: Path) -> None:
    answer = pvdify("apply", "-f", str(file))
    assert answer.exit_code == 2
    assert "  + image: ghcr.io/acme/myapp:v2.1.0" in answer.stdout
    assert "no terminal to ask on, and so nothing is changed" in answer.stderr
    assert f"Next:  pvdify apply -f {file} --yes" in answer.stderr
    assert not server.asked("PUT")


def test_a_change_that_came_first_is_not_overwritten(
    pvdify: Run, server: FakeServer, app: str, tmp_path: Path
) -> None:
    server.faults.before_put = lambda: server.state.apps[app].update(image="theirs")
    (tmp_path / "app.yaml").write_text(f"name: {app}\nimage: mine\n")
    answer = pvdify("apply", "-f", "app.yaml", "--yes")
    assert answer.exit_code == 5
    assert "[precondition_failed]" in answer.stderr
    assert server.state.apps[app]["image"] == "theirs"


def test_an_app_that_somebody_created_meanwhile_is_not_overwritten(
    pvdify: Run, server: FakeServer, file: Path
) -> None:
    server.faults.before_put = lambda: server.state.create({"name": "myapp"}) and None
    answer = pvdify("apply", "-f", str(file), "--yes")
    assert answer.exit_code == 5
    assert server.state.apps["myapp"]["image"] is None


def test_a_lost_answer_is_asked_for_again(pvdify: Run, server: FakeServer, file: Path) -> None:
    server.state.create({"name": "myapp"})
    pvdify("apply", "-f", str(file), "--yes")
    file.write_text(WHOLE.replace("count: 2", "count: 4"))

    def lose() -> None:
        server.faults.lost_answers = 1

    server.faults.before_put = lose
    answer = pvdify("apply", "-f", str(file), "--yes")
    assert answer.exit_code == 0, answer.stderr
    assert server.state.apps["myapp"]["processes"]["web"]["count"] == 4


def test_what_the_server_refuses_is_told_by_its_field(pvdify: Run, tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text("name: myapp\nprocesses: {web: {count: two}}\n")
    answer = pvdify("apply", "-f", "app.yaml", "--yes")
    assert answer.exit_code == 6
    assert "processes.web.count" in answer.stderr
    assert '"two" must be a whole number from 0 to 100.' in answer.stderr


def test_a_pipe_is_a_file_too(pvdify: Run, server: FakeServer) -> None:
    answer = pvdify("apply", "-f", "-", "--yes", piped=b'{"name": "myapp", "image": "nginx"}')
    assert answer.exit_code == 0
    assert server.state.apps["myapp"]["image"] == "nginx"


def test_an_export_is_the_file_that_was_applied(pvdify: Run, server: FakeServer, file: Path) -> None:
    pvdify("apply", "-f", str(file), "--yes")
    pvdify("config:set", "myapp", "LOG_LEVEL=info")
    version = server.state.config["myapp"].shown()
    assert pvdify("apps:export", "myapp").stdout == (
        f"# yaml-language-server: $schema={server.url}/api/v1/schemas/app.json\n"
        "# env_versions tells of the config vars; to apply this file changes none of them.\n"
        "name: myapp\n"
        "environment: production\n"
        "host: local\n"
        "image: ghcr.io/acme/myapp:v2.1.0\n"
        "processes:\n"
        "  web:\n"
        "    command: node dist/server.js\n"
        "    count: 2\n"
        "  worker:\n"
        "    command: node dist/worker.js\n"
        "    count: 1\n"
        "bind_port: 3001\n"
        "env_versions:\n"
        "- version: v1\n"
        f"  created: '{version['created_at']}'\n"
        f"  hash: {version['hash']}\n"
        "resources:\n"
        "  memory: 512M\n"
        "  cpu: 0.5\n"
        "healthcheck:\n"
        "  path: /health\n"
        "  interval: 30s\n"
        "  timeout: 5s\n"
        "  retries: 3\n"
    )


def test_an_export_that_is_applied_changes_nothing(pvdify: Run, server: FakeServer, tmp_path: Path) -> None:
    overlaps = {"worker": {"overlap": False}, "scheduler": {"overlap": True}, "web": {}}
    definition = {"name": "myapp-pr-7", "processes": overlaps, "image": "nginx"}
    (tmp_path / "app.json").write_text(json.dumps(definition))
    pvdify("apply", "-f", "app.json", "--yes")
    answer = pvdify("apps:export", "myapp-pr-7", "-o", "app.yaml")
    assert answer.stdout.startswith("myapp-pr-7 is written to app.yaml.")
    assert "null" not in (tmp_path / "app.yaml").read_text()
    assert "overlap: false" in (tmp_path / "app.yaml").read_text()
    assert "Nothing to change" in pvdify("apply", "-f", "app.yaml").stdout
    exported = json.loads(pvdify("apps:export", "myapp-pr-7", "--json").stdout)
    assert list(exported["processes"]) == ["web", "scheduler", "worker"]


def test_nothing_an_app_holds_steers_the_terminal_by_its_export(
    pvdify: Run, server: FakeServer, app: str
) -> None:
    server.state.apps[app]["processes"]["web"]["command"] = "\x1b[2J é \u202e"
    exported = pvdify("apps:export", app).stdout
    assert exported.isascii()
    assert all(character.isprintable() or character == "\n" for character in exported)


def test_an_export_that_can_not_be_written_says_so(pvdify: Run, app: str, tmp_path: Path) -> None:
    answer = pvdify("apps:export", app, "-o", str(tmp_path / "none" / "app.yaml"))
    assert answer.exit_code == 2
    assert "No such file or directory" in answer.stderr


def with_domains(path: Path, *domains: str) -> Path:
    path.write_text(json.dumps({"name": "myapp", "domains": list(domains)}))
    return path


def test_a_domain_that_failed_is_what_the_file_says_and_is_told(
    pvdify: Run, server: FakeServer, tmp_path: Path
) -> None:
    file = with_domains(tmp_path / "app.yaml", "a.example.com", "fails.example.com")
    pvdify("apply", "-f", str(file), "--yes")
    server.state.apps["myapp"]["domains"] = ["a.example.com", "fails.example.com"]
    for name in ("a.example.com", "fails.example.com"):
        server.state.domains.put("myapp", name)
    answer = pvdify("apply", "-f", str(file))
    assert (answer.exit_code, answer.stdout) == (0, "Nothing to change: myapp is what its file says.\n")
    assert answer.stderr.splitlines() == [
        "Note: failed, and not tried again by this: fails.example.com.",
        "Next:  pvdify domains myapp says why; domains:add tries again, and domains:remove lets one go.",
    ]


def test_domains_come_by_an_operation_that_is_followed(
    pvdify: Run, server: FakeServer, tmp_path: Path
) -> None:
    file = with_domains(tmp_path / "app.yaml", "b.example.com", "A.example.com")
    answer = pvdify("apply", "-f", str(file), "--yes")
    assert answer.exit_code == 0, answer.output
    assert "  + domains: a.example.com, b.example.com" in answer.stdout.splitlines()
    assert "Bringing the domains of myapp: operation 1" in answer.stdout.splitlines()
    assert "Operation 1 (domains of myapp) succeeded." in answer.stdout.splitlines()
    server.state.apps["myapp"]["domains"] = ["a.example.com", "b.example.com"]
    again = pvdify("apply", "-f", str(file))
    assert ("Nothing to change" in again.stdout, again.stderr) == (True, "")
    file = with_domains(tmp_path / "app.yaml", "b.example.com")
    changed = json.loads(pvdify("apply", "-f", str(file), "--yes", "--json").stdout)
    assert (changed["operation"], changed["domains_operation"]["kind"]) == (None, "domains")
    assert [difference["field"] for difference in changed["changes"]] == ["domains"]


def test_domains_that_are_not_named_stay_and_are_exported(
    pvdify: Run, server: FakeServer, tmp_path: Path, app: str
) -> None:
    server.state.apps[app]["domains"] = ["a.example.com", "*.example.com"]
    exported = pvdify("apps:export", app).stdout
    assert "domains:\n- '*.example.com'\n- a.example.com\n" in exported
    (tmp_path / "app.yaml").write_text("name: myapp\nimage: docker.io/acme/myapp:v2\n")
    assert "domains" not in pvdify("apply", "-f", "app.yaml").stdout
