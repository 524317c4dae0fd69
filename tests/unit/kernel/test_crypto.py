"""Sealing and blind indexes, against the published vectors of the standards."""

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC
from hypothesis import given
from hypothesis import strategies as st

from tongdeng.kernel.crypto import NONCE, SoftwareProvider, same, sm3

KEY = bytes(range(32))


def test_sm3_of_abc_is_the_standards_own_example():
    # GB/T 32905-2016, annex A.1.
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@given(st.binary(max_size=300))
def test_what_is_sealed_comes_back_and_looks_different_each_time(plain):
    provider = SoftwareProvider(KEY)
    first, second = provider.seal("B", plain), provider.seal("B", plain)
    assert provider.unseal("B", first) == plain
    assert first != second


def test_a_changed_bit_or_another_domain_is_noticed():
    provider = SoftwareProvider(KEY)
    sealed = provider.seal("B", b"9904")
    with pytest.raises(InvalidTag):
        provider.unseal("B", sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(InvalidTag):
        provider.unseal("C", sealed)


def test_an_index_is_equal_for_equal_values_and_tells_apart_domains_and_keys():
    provider = SoftwareProvider(KEY)
    assert same(provider.index("key", b"9904"), provider.index("key", b"9904"))
    assert provider.index("key", b"9904") != provider.index("row", b"9904")
    assert provider.index("key", b"9904") != SoftwareProvider(bytes(32)).index("key", b"9904")


@given(st.binary(max_size=200))
def test_an_index_is_hmac_sm3_under_the_derived_key(plain):
    def plain_hmac(key: bytes, data: bytes) -> bytes:
        worker = HMAC(key, SM3())
        worker.update(data)
        return worker.finalize()

    derived = plain_hmac(KEY, b"index:key")
    assert SoftwareProvider(KEY).index("key", plain) == plain_hmac(derived, plain)


VALUES = st.lists(st.none() | st.binary(max_size=80), max_size=12)


@given(VALUES)
def test_values_sealed_at_once_come_back_and_no_two_share_a_nonce(plains):
    provider = SoftwareProvider(KEY)
    sealed = provider.seal_each("B", plains)
    assert [None if one is None else provider.unseal("B", one) for one in sealed] == plains
    nonces = [one[:NONCE] for one in (*sealed, *provider.seal_each("B", plains)) if one is not None]
    assert len(set(nonces)) == len(nonces)


@given(VALUES, st.binary(max_size=20))
def test_indexes_made_at_once_are_those_made_one_by_one(plains, head):
    provider = SoftwareProvider(KEY)
    alone = [None if plain is None else provider.index("key", head + plain) for plain in plains]
    assert provider.index_each("key", [*plains, *plains], head=head) == alone + alone


def test_a_short_root_key_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        SoftwareProvider(b"short")
