"""Whose row is it? Method exact-1, without a database."""

from itertools import count, permutations

from tongdeng.intake.matching import Clue, Register, match

N1, N2 = b"number-1", b"number-2"
ZHAO, LI = b"zhao-1992-female", b"li-1990-male"


def register(persons=None, numbers=None, names=None) -> Register:
    return Register(persons or {}, numbers or {}, names or {})


def decide(clues, known=None):
    fresh = count(100)
    return match(clues, known or register(), lambda: next(fresh))


def test_a_known_number_is_the_person_whatever_the_name_says():
    known = register({N1: {7}}, {7: {N1}})
    (decision,) = decide([Clue(N1, LI)], known)
    assert (decision.person, decision.is_new, decision.basis) == (7, False, "number")


def test_a_row_without_a_number_joins_by_name_birth_date_and_sex():
    known = register({ZHAO: {7}})
    (decision,) = decide([Clue(None, ZHAO)], known)
    assert (decision.person, decision.basis) == (7, "triple")


def test_a_name_never_joins_two_different_valid_numbers():
    known = register({N1: {7}, ZHAO: {7}}, {7: {N1}})
    (decision,) = decide([Clue(N2, ZHAO)], known)
    assert decision.is_new
    assert not decision.in_doubt


def test_a_new_number_joins_the_one_namesake_who_has_none():
    known = register({ZHAO: {7}})
    (decision,) = decide([Clue(N1, ZHAO)], known)
    assert (decision.person, decision.is_new) == (7, False)


def test_a_row_that_fits_two_persons_joins_neither_and_is_in_doubt():
    known = register({ZHAO: {7, 8}})
    (decision,) = decide([Clue(None, ZHAO)], known)
    assert decision.is_new
    assert decision.in_doubt


def test_a_parents_number_typed_for_a_child_is_only_claimed():
    known = register({N1: {7}}, {7: {N1}}, {7: "赵春梅"})
    (decision,) = decide([Clue(N1, b"child", needs_name=True, name="陈小宝")], known)
    assert decision.is_new
    assert decision.number_is_claimed


def test_a_number_whose_birth_date_is_contradicted_still_identifies_where_the_name_agrees():
    known = register({N1: {7}}, {7: {N1}}, {7: "赵春梅"})
    (decision,) = decide([Clue(N1, b"typo", needs_name=True, name="赵春梅")], known)
    assert (decision.person, decision.number_is_claimed) == (7, False)


def test_nothing_to_go_by_makes_a_person_at_once():
    first, second = decide([Clue(None, None), Clue(None, None)])
    assert first.is_new
    assert second.is_new
    assert first.person != second.person


def test_the_order_of_rows_in_a_file_does_not_decide_who_is_who():
    clues = [Clue(N1, ZHAO), Clue(None, ZHAO), Clue(N2, LI), Clue(None, LI)]
    groups = set()
    for order in permutations(range(4)):
        decisions = decide([clues[at] for at in order])
        persons = {at: decision.person for at, decision in zip(order, decisions, strict=True)}
        groups.add((persons[0] == persons[1], persons[2] == persons[3], persons[0] == persons[2]))
    assert groups == {(True, True, False)}
