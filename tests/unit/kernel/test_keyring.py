"""Versions of keys: the newest seals, all open, and an index turns without the value it stands for."""

import os

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from tongdeng.kernel.crypto import SoftwareProvider
from tongdeng.kernel.keyring import INNER, AnotherRoot, DataKey, Ring, opened, unwrap, wrap

FIRST, SECOND, INDEX = bytes(range(32)), bytes(range(32, 64)), bytes(range(64, 96))


def ring(*versions: int) -> Ring:
    """A ring whose newest key is the last of these versions."""
    keys = {1: FIRST, 2: SECOND}
    named = [DataKey(domain, v, keys[v], v == versions[-1]) for domain in ("B", "key") for v in versions]
    return Ring([*named, DataKey("key", INNER, INDEX, False)])


@given(st.binary(max_size=200))
def test_what_the_old_key_sealed_opens_and_can_be_sealed_anew(plain):
    old = ring(1).seal("B", plain)
    both = ring(1, 2)
    newer = both.renewed("B", old)
    assert both.unseal("B", old) == both.unseal("B", newer) == plain
    assert (old[0], newer[0], both.renewed("B", newer)) == (1, 2, newer)
    assert ring(2).unseal("B", newer) == plain
    with pytest.raises(KeyError):
        ring(2).unseal("B", old)


@given(st.binary(max_size=200))
def test_an_index_turned_is_what_the_new_key_would_have_made(plain):
    old, both = ring(1).index("key", plain), ring(1, 2)
    turned = both.turned("key", old)
    assert turned == both.index("key", plain) == ring(2).index("key", plain)
    assert both.turned("key", turned, 1) == old
    assert set(both.forms("key", turned)) == {old, turned}
    assert ring(2).forms("key", turned) == [turned]


def test_without_the_new_key_an_old_index_says_nothing_of_the_new_one():
    plain = b"1:990303198805041211"
    assert ring(1).index("key", plain)[1:] != ring(2).index("key", plain)[1:]
    # What leaked with the old key: the inner key and the hash under it. The new index is neither.
    assert SoftwareProvider(INDEX).index("key", plain) not in (
        ring(1).index("key", plain)[1:],
        ring(2).index("key", plain)[1:],
    )


@given(st.lists(st.none() | st.binary(max_size=40), max_size=20), st.binary(max_size=5))
def test_many_at_once_are_what_each_would_be(plains, head):
    held = ring(1, 2)
    assert held.index_each("key", plains, head=head) == [
        None if one is None else held.index("key", head + one) for one in plains
    ]
    sealed = held.seal_each("B", plains)
    assert [None if one is None else held.unseal("B", one) for one in sealed] == plains


def test_older_versions_sort_before_the_newest():
    held = ring(1, 2)
    old = [ring(1).index("key", os.urandom(8)) for _ in range(50)]
    assert max(old) < min(held.turned("key", one) for one in old)


def test_a_changed_value_is_noticed_under_every_version():
    held = ring(1, 2)
    sealed = held.seal("B", b"plain")
    with pytest.raises(InvalidTag):
        held.unseal("B", sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(InvalidTag):
        held.unseal("B", b"\x01" + sealed[1:])


def test_wrapped_keys_open_as_what_they_were_wrapped_as():
    root = bytes(32)
    wrapped = wrap(root, "B", 1, FIRST)
    assert unwrap(root, "B", 1, wrapped) == FIRST
    for other, domain, version in ((bytes(31) + b"x", "B", 1), (root, "C", 1), (root, "B", 2)):
        with pytest.raises(AnotherRoot):
            unwrap(other, domain, version, wrapped)
    assert opened(root, [("B", 1, wrapped, True)]).unseal("B", ring(1).seal("B", b"x")) == b"x"
