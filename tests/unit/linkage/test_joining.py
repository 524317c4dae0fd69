"""What becomes of new persons beside those who were there: joins, doubts, proposals."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongdeng.linkage.joining import Fit, Party, apart, decide

OLD, OLD_BEARER = Party(False, False, "a"), Party(False, True, "b")
NEW, BEARER = Party(True, False, "c"), Party(True, True, "d")


def fit(left, right, weight):
    return Fit(left, right, left, right, weight, 0.99)


def verdict(parties, *fits):
    """Decide with a threshold of 6, a margin of 8 and a zone of 4."""
    ranked = {person: replace(party, rank=str(person)) for person, party in parties.items()}
    return decide([fit(*one) for one in fits], ranked, threshold=6, margin=8, zone=4)


def asked(found):
    return {frozenset((one.person, one.other)) for one in found.doubts}


def test_a_new_person_joins_the_one_it_clearly_fits():
    found = verdict({1: OLD_BEARER, 2: OLD, 3: NEW}, (1, 3, 20), (2, 3, 11))
    assert found.joined == {3: 1}
    assert found.by[3] == fit(1, 3, 20)
    assert asked(found) == set()


def test_who_fits_two_joins_neither_and_both_are_asked_about():
    found = verdict({1: OLD_BEARER, 2: OLD, 3: NEW}, (1, 3, 20), (2, 3, 13))
    assert found.joined == {}
    assert asked(found) == {frozenset((1, 3)), frozenset((2, 3))}


@pytest.mark.parametrize(("weight", "is_asked"), [(5.9, True), (2.0, True), (1.9, False)])
def test_below_the_threshold_there_is_a_zone_of_doubt(weight, is_asked):
    found = verdict({1: OLD_BEARER, 3: NEW}, (1, 3, weight))
    assert found.joined == {}
    assert asked(found) == ({frozenset((1, 3))} if is_asked else set())


def test_a_new_bearer_of_a_number_becomes_who_was_there_without_one():
    assert verdict({1: OLD, 3: BEARER}, (1, 3, 20)).joined == {3: 1}


def test_two_new_bearers_who_fit_one_without_number_are_asked_about():
    found = verdict({1: OLD, 3: BEARER, 4: BEARER}, (1, 3, 20), (1, 4, 15))
    assert found.joined == {}
    assert asked(found) == {frozenset((1, 3)), frozenset((1, 4))}


def test_two_bearers_are_never_compared():
    found = verdict({1: OLD_BEARER, 3: BEARER}, (1, 3, 40))
    assert (found.joined, found.doubts, found.proposals) == ({}, [], [])


def test_two_who_were_there_are_proposed_and_not_joined():
    found = verdict({1: OLD_BEARER, 2: OLD}, (1, 2, 20))
    assert (found.joined, found.proposals) == ({}, [fit(1, 2, 20)])


def test_new_ones_without_number_follow_each_other_to_the_bearer():
    found = verdict({1: OLD_BEARER, 3: NEW, 4: NEW}, (1, 3, 20), (3, 4, 15))
    assert found.joined == {3: 1, 4: 1}


def test_new_ones_who_fit_nobody_else_are_one_person_and_the_first_by_rank_keeps_its_id():
    assert verdict({3: NEW, 4: NEW, 5: NEW}, (3, 4, 20), (4, 5, 7)).joined == {4: 3, 5: 3}


def test_a_pair_that_fits_two_bearers_equally_does_not_settle_it_among_themselves():
    # Two rows of namesakes fit each other best of all; which of them is whose cannot be told.
    found = verdict({1: OLD_BEARER, 2: OLD_BEARER, 3: NEW, 4: NEW}, (3, 4, 30), (1, 3, 20), (2, 3, 18), (2, 4, 19))
    assert found.joined == {}
    assert {frozenset((1, 3)), frozenset((2, 4))} <= asked(found)


def test_one_between_two_persons_does_not_drag_the_sure_ones_along():
    found = verdict(
        {1: OLD_BEARER, 2: OLD_BEARER, 3: NEW, 4: NEW, 5: NEW}, (1, 3, 25), (2, 5, 25), (3, 4, 10), (4, 5, 9)
    )
    assert found.joined == {3: 1, 5: 2}
    assert asked(found) == {frozenset((1, 4)), frozenset((2, 4))}


@st.composite
def tables(draw):
    count = draw(st.integers(2, 7))
    parties = {i: Party(draw(st.booleans()), draw(st.booleans()), f"{i}") for i in range(count)}
    pairs = [(a, b) for a in range(count) for b in range(a)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True))
    return parties, [fit(a, b, draw(st.integers(-2, 30)) + (a * 7 + b) / 1000) for a, b in chosen]


@given(tables(), st.integers())
@settings(deadline=None, max_examples=300)
def test_whatever_fits_nobody_gets_two_numbers_or_two_ids_and_the_order_does_not_matter(table, seed):
    parties, fits = table
    found = decide(fits, parties, threshold=6, margin=8, zone=4)
    shuffled = list(fits)
    Random(seed).shuffle(shuffled)
    again = decide(shuffled, parties, threshold=6, margin=8, zone=4)
    assert (again.joined, again.doubts) == (found.joined, found.doubts)
    seats = {}
    for person in parties:
        seats.setdefault(found.now(person), []).append(parties[person])
    assert all(sum(one.has_number for one in seat) <= 1 for seat in seats.values())
    assert all(sum(not one.is_new for one in seat) <= 1 for seat in seats.values())
    assert all(parties[person].is_new for person in found.joined)
    for one in fits:
        # A fit as good as any join is a join, a question, or yields to a clearly better one.
        left, right = parties[one.left], parties[one.right]
        if one.weight < 6 or (left.has_number and right.has_number) or not (left.is_new or right.is_new):
            continue
        together = found.now(one.left) == found.now(one.right)
        new = [p for p in (one.left, one.right) if parties[p].is_new]
        assert (
            together
            or all(p in found.joined for p in new)
            or any(found.now(p) in pair for p in new for pair in asked(found))
        )


PERSONS = st.integers(1, 30)


@given(st.sets(st.tuples(PERSONS, PERSONS).filter(lambda pair: pair[0] != pair[1])), st.integers(1, 12))
def test_persons_are_parted_and_pairs_are_not(pairs, most):
    parts = list(apart(pairs, most))
    assert sorted(person for part in parts for person in part) == sorted({person for pair in pairs for person in pair})
    for pair in pairs:
        assert sum(set(pair) <= part for part in parts) == 1
    for part in parts:
        if len(part) > most:  # then all of it hangs together
            assert list(apart([pair for pair in pairs if set(pair) <= part], 1)) == [part]
