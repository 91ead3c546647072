"""The serializer for units: whatever a person types stays text.

systemd's own parser is the judge where it is at hand: `systemd-escape` and friends don't parse command lines, so the
reading side here follows systemd.syntax(7) and systemd.service(5) by hand, and Molecule runs the real one.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdifyd.host_program.unit_file import document, plain, section, word, words

any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def read_words(line: str) -> list[str]:
    """What systemd makes of a line of quoted words: escapes resolved, `%%` and `$$` taken as one."""
    found, index = [], 0
    while index < len(line):
        assert line[index] == '"', "every word is quoted"
        index += 1
        characters = []
        while line[index] != '"':
            if line[index] == "\\":
                escape = line[index + 1]
                if escape == "x":
                    characters.append(chr(int(line[index + 2 : index + 4], 16)))
                    index += 4
                    continue
                characters.append({"n": "\n", "r": "\r", "t": "\t"}.get(escape, escape))
                index += 2
                continue
            characters.append(line[index])
            index += 1
        text = "".join(characters)
        assert "%" not in text.replace("%%", ""), "no specifier is left"
        assert "$" not in text.replace("$$", ""), "no variable is left"
        found.append(text.replace("%%", "%").replace("$$", "$"))
        index += 2
    return found


@given(st.lists(any_text))
def test_words_come_back_as_they_went_in(command: list[str]) -> None:
    line = words(command)
    assert "\n" not in line
    assert "\r" not in line
    assert read_words(line) == command


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("node", '"node"'),
        ("%h", '"%%h"'),
        ("$HOME", '"$$HOME"'),
        ('say "hi"', '"say \\"hi\\""'),
        ("a\nExecStartPre=/bin/evil", '"a\\nExecStartPre=/bin/evil"'),
        ("{{ lookup('pipe','id') }}", "\"{{ lookup('pipe','id') }}\""),
    ],
)
def test_a_hostile_word_is_text(value: str, written: str) -> None:
    assert word(value) == written


def test_a_nul_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        word("a\0b")


def test_a_line_break_never_starts_a_directive() -> None:
    with pytest.raises(ValueError, match="control character"):
        plain("a\n[Service]")
    with pytest.raises(ValueError, match="more than one line"):
        section("Unit", [("Description", "a\nExecStart=/bin/evil")])


def test_a_document_says_whose_it_is() -> None:
    text = document(section("Unit", [("Description", plain("50% done"))]))
    assert text == (
        "# Made by pvdify, and written anew by it: changes are lost.\n\n[Unit]\nDescription=50%% done\n"
    )
