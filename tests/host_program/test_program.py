"""The program's door: which steps there are, and what may be named in a request."""

import pytest

from pvdifyd.host_program.program import answer


@pytest.mark.parametrize("app", ["../../..", "/etc", "", "My_App", "a\n", 7, ["a"]])
def test_an_app_s_name_never_leads_elsewhere(app: object) -> None:
    said = answer("ps", {"app": app})
    assert said["failed"]
    assert said["code"] == "invalid_app"


def test_a_step_that_is_none_is_refused() -> None:
    assert answer("os.system", {"app": "myapp"})["code"] == "unknown_step"
