"""dotenv files: what people have is read, and what is written is read back character by character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdify.config import dotenv
from pvdify.errors import UsageError

KEYS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,20}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
TRICKY = st.text(
    st.sampled_from(
        ["'", '"', "\\", "\n", "\r", "\t", "$", "`", "#", " ", "=", "n", "{", "\ufeff", "é", "🦀"]
    )
)
VALUES = TEXTS | TRICKY


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_what_is_written_is_read(values: dict[str, str]) -> None:
    assert dotenv.parse(dotenv.serialize(values), "file") == values


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_what_is_written_is_read_from_a_file_whose_line_ends_were_converted(values: dict[str, str]) -> None:
    assert dotenv.parse(dotenv.serialize(values).replace("\n", "\r\n"), "file") == values


@given(VALUES)
def test_a_file_is_read_or_refused_by_line_and_rule(text: str) -> None:
    values, refusal = {}, None
    try:
        values = dotenv.parse(text, "some.env")
    except UsageError as error:
        refusal = error
    if refusal is not None:
        assert refusal.message.startswith("some.env, line ")
    assert dotenv.parse(dotenv.serialize(values), "file") == values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("KEY=value", "value"),
        ("KEY=value\n", "value"),
        ("KEY=value\r\n", "value"),
        ("KEY=value\r", "value"),
        ("\ufeffKEY=value\n", "value"),
        ("  KEY = value  \n", "value"),
        ("export KEY=value", "value"),
        ("export\tKEY = value", "value"),
        ("KEY=", ""),
        ("KEY=   ", ""),
        ("KEY=two words", "two words"),
        ("KEY=a=b==", "a=b=="),
        ("KEY=value # comment", "value"),
        ("KEY=value\t# comment", "value"),
        ("KEY=value#no-comment", "value#no-comment"),
        ("KEY=#no-comment", "#no-comment"),
        ("KEY= # comment", ""),
        ('KEY=it\'s "so"', 'it\'s "so"'),
        ("KEY=C:\\new", "C:\\new"),
        ("KEY=$HOME ${HOME} `id` {{ x }}", "$HOME ${HOME} `id` {{ x }}"),
        ("KEY=\u00a0kept\u00a0", "\u00a0kept\u00a0"),
        ("KEY=''", ""),
        ('KEY=""', ""),
        ("KEY='  a # b \\n $x \"c\" '", '  a # b \\n $x "c" '),
        ('KEY="a # b" # comment', "a # b"),
        ("KEY='a'# comment", "a"),
        ("KEY = 'a' \t", "a"),
        ('KEY="\\n\\r\\t\\"\\\\\\$"', '\n\r\t"\\$'),
        ('KEY="\\d\\$\\{"', "\\d$\\{"),
        ('KEY="\\\\n"', "\\n"),
        ('KEY="it\'s"', "it's"),
        ("KEY='-----BEGIN\nMIIB==\n-----END\n'", "-----BEGIN\nMIIB==\n-----END\n"),
        ('KEY="one\r\ntwo"\r\n', "one\ntwo"),
        ('KEY="ends in \\\\"', "ends in \\"),
        ("export=1", None),
        ("# KEY=no\n\n   # nor this\nKEY=yes", "yes"),
        ("KEY=first\nKEY=last", "last"),
        ("KEY='# not\nOTHER=this'\n", "# not\nOTHER=this"),
    ],
)
def test_what_people_s_files_hold(text: str, value: str | None) -> None:
    assert dotenv.parse(text, "file") == ({"export": "1"} if value is None else {"KEY": value})


@pytest.mark.parametrize("text", ["", "\n\n", "# comment", "\ufeff", "   \r\n\t"])
def test_a_file_without_variables(text: str) -> None:
    assert dotenv.parse(text, "file") == {}


@pytest.mark.parametrize(
    ("text", "line", "rule"),
    [
        ("A=1\nhunter2\n", 2, "this one has no ="),
        ("A='x\ny'\n\nhunter2", 4, "this one has no ="),
        ("export HUNTER2", 1, "this one has no ="),
        ("my-hunter2=x", 1, "a key has letters, digits and underscores"),
        ("1A=hunter2", 1, "no digit first"),
        ("=hunter2", 1, "a key has letters"),
        ("hunter2 A=b", 1, "a key has letters"),
        ("É=hunter2", 1, "a key has letters"),
        ("A=1\nB='hunter2\nC=3\n", 2, "the value begins with ', and no ' ends it"),
        ('A="hunter2\\"', 1, 'the value begins with ", and no " ends it'),
        ("A='hunter2' hunter2", 1, "after the ' that ends a value only a comment may stand"),
        ('A="hunter2\n"x', 2, 'after the " that ends a value only a comment may stand'),
        ("A='it'\"'\"'hunter2'", 1, "only a comment may stand"),
    ],
)
def test_a_line_that_breaks_a_rule_is_named_and_not_shown(text: str, line: int, rule: str) -> None:
    with pytest.raises(UsageError) as error:
        dotenv.parse(text, "my.env")
    assert error.value.message.startswith(f"my.env, line {line}: ")
    assert rule in error.value.message
    assert "hunter2" not in f"{error.value.message} {error.value.next_step}".lower()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("", ""),
        ("postgres://user@db:5432/app", "postgres://user@db:5432/app"),
        ("two words", "'two words'"),
        ("one\ntwo\n", "'one\ntwo\n'"),
        ("$x `y`", "'$x `y`'"),
        ("it's $5 \\ \"\r\n", '"it\'s \\$5 \\\\ \\"\\r\n"'),
        ("🦀", "'🦀'"),
    ],
)
def test_a_value_is_written_as_plainly_as_it_can_be(value: str, written: str) -> None:
    assert dotenv.serialize({"KEY": value}) == f"KEY={written}\n"


def test_a_long_broken_file_is_refused_at_once() -> None:
    with pytest.raises(UsageError, match="line 1"):
        dotenv.parse('A="' + "\\x" * 500_000, "file")
