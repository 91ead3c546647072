"""What a change makes of a config: pure functions."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from pvdifyd.operations.config.content import Change, Content, changed_keys, merged

KEYS = st.sampled_from("ABCDE")
TEXTS = st.text(max_size=3)


@st.composite
def contents(draw: st.DrawFn) -> Content:
    values = draw(st.dictionaries(KEYS, TEXTS))
    secrets = draw(st.dictionaries(KEYS, st.integers(1, 9)))
    return Content({key: text for key, text in values.items() if key not in secrets}, secrets)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    wanted = st.dictionaries(KEYS, st.none() | TEXTS)
    secret = draw(wanted)
    return Change({key: text for key, text in draw(wanted).items() if key not in secret}, secret)


@given(contents(), changes())
def test_each_key_comes_out_as_it_was_asked_for(before: Content, change: Change) -> None:
    after = merged(before, change, 10)
    asked = {**change.plain, **change.secret}
    for key in "ABCDE":
        was_secret = key in before.secrets
        if key not in asked:
            assert after.values.get(key) == before.values.get(key)
            assert after.secrets.get(key) == before.secrets.get(key)
        elif asked[key] is None:
            assert key not in after.values
            assert key not in after.secrets
        elif was_secret or key in change.secret:
            assert after.secrets[key] == 10
            assert change.secrets(before)[key] == asked[key]
        else:
            assert after.values[key] == asked[key]
    assert not after.values.keys() & after.secrets.keys()


@given(contents(), changes())
def test_what_changed_is_what_differs(before: Content, change: Change) -> None:
    after = merged(before, change, 10)
    keys = changed_keys(before, after)
    assert keys == sorted(set(keys))
    assert set(keys) <= change.plain.keys() | change.secret.keys()
    assert (before.hash == after.hash) == (not keys)


@given(contents(), changes())
def test_plain_changes_made_again_change_nothing(before: Content, change: Change) -> None:
    plain = Change({key: text for key, text in change.plain.items() if key not in before.secrets})
    once = merged(before, plain, 10)
    assert merged(once, plain, 11) == once


def test_a_hash_tells_values_from_secrets_and_not_their_order() -> None:
    assert Content({"A": "1", "B": "2"}).hash == Content({"B": "2", "A": "1"}).hash
    assert Content({"A": "1"}).hash != Content({}, {"A": 1}).hash
    assert (
        Content({"A": "é"}, {"B": 2}).hash
        == sha256('{"secrets":{"B":2},"values":{"A":"é"}}'.encode()).hexdigest()[:12]
    )
