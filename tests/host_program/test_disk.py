"""Whether an image fits is told before it is pulled."""

from pvdifyd.host_program.disk import RESERVE, UNPACKED, needed_for


def test_layers_need_more_than_they_weigh_and_something_is_left_for_the_rest() -> None:
    assert needed_for([100, 200]) == 300 * UNPACKED + RESERVE
    assert needed_for([]) == RESERVE


def test_layers_that_are_here_already_need_nothing() -> None:
    assert needed_for([100, 200], ["sha256:a", "sha256:b"], {"sha256:a"}) == 200 * UNPACKED + RESERVE
    assert needed_for([100, 200], ["sha256:a"], {"sha256:a"}) == 300 * UNPACKED + RESERVE, (
        "a list that does not fit"
    )
