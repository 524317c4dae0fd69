"""Scoring persons of a register: whose rows are whose is known, and how frequent a name is among all."""

import pytest

from tests.unit.linkage.cast import CHILD, FATHER, link
from tongdeng.linkage import incremental, settings
from tongdeng.linkage.incremental import Background
from tongdeng.linkage.rows import Gathering

PHONE, OTHER_PHONE = "10055501234", "10077704321"
MAN = {"name": "林志强", "born_on": "1988-03-05", "sex": "male", "phone": PHONE}
EVERYBODY = Background(100_000, {"林志强": 20}, {PHONE: 2})


def fits(*rows, background=EVERYBODY):
    """Score rows given as (person, values) and return the fits by the two persons."""
    found = Gathering()
    for person, values in rows:
        found.add("", len(found), values, person=person)
    scored = incremental.fits(found.table(), settings.load(), background)
    return {frozenset((one.left, one.right)): one for one in scored}


def test_a_fit_says_what_each_comparison_found_and_adds_up():
    (fit,) = fits((1, {**MAN, "id_number": FATHER}), (2, {**MAN, "name": "林至强"})).values()
    said = {name: level for name, level, _ in fit.comparisons}
    assert said == {
        "name": "sounds the same", "number": "not stated", "born": "same", "sex": "same", "phone": "same",
        "hukou": "not stated", "guardian": "not stated",
    }  # fmt: skip
    prior = -16.61  # log2 of 1 to 100,000
    assert fit.weight == pytest.approx(sum(weight for _, _, weight in fit.comparisons) + prior, abs=0.1)
    assert {fit.row_of(1), fit.row_of(2)} == {0, 1}


def test_rows_of_two_persons_are_two_nodes_though_they_say_the_same():
    assert set(fits((1, MAN), (2, MAN))) == {frozenset((1, 2))}


def test_rows_of_one_person_are_not_compared_and_fill_each_others_blanks():
    bare = {key: value for key, value in MAN.items() if key != "phone"}
    found = fits((1, bare), (1, {"name": "林志强", "phone": PHONE}), (2, {**MAN, "name": "林智强"}))
    assert set(found) == {frozenset((1, 2))}
    assert ("phone", "same") in {(name, level) for name, level, _ in found[frozenset((1, 2))].comparisons}


def test_a_frequent_name_says_less_and_a_large_register_asks_for_more():
    pair = ((1, {**MAN, "id_number": FATHER}), (2, MAN))
    rare, frequent, large = (
        fits(*pair, background=one)[frozenset((1, 2))].weight
        for one in (
            EVERYBODY,
            Background(100_000, {"林志强": 2000}, {PHONE: 2}),
            Background(1_000_000, {"林志强": 200}, {PHONE: 20}),
        )
    )
    assert rare > frequent
    assert rare > large


def test_in_an_empty_register_a_name_is_no_proof():
    bare = {"name": "林志强", "sex": "male"}
    assert not fits(
        (1, {**bare, "phone": PHONE}), (2, {**bare, "phone": OTHER_PHONE}), background=Background(2, {}, {})
    )


BOY = {"name": "林梓晨", "born_on": "2018-03-06", "sex": "male", "phone": PHONE, "guardian_name": "林志强"}


def test_the_fathers_number_typed_for_twins_makes_neither_the_other():
    twin = {**BOY, "name": "林梓涵"}
    assert not fits((1, {**BOY, "id_claimed": FATHER}), (2, {**twin, "id_claimed": FATHER}))
    assert len(set(link({**BOY, "id_number": FATHER}, {**twin, "id_number": FATHER}))) == 2


def test_the_fathers_number_typed_for_a_child_makes_it_no_father_and_no_brother():
    father = {**MAN, "id_number": FATHER}
    brother = {**BOY, "name": "林一诺", "born_on": "2015-11-20", "id_claimed": FATHER}
    assert not fits((1, father), (2, {**BOY, "id_claimed": FATHER}), (3, brother))


def test_the_childs_own_number_with_a_slip_is_still_its_own():
    slip = CHILD[:15] + CHILD[16] + CHILD[15] + CHILD[17]
    assert slip != CHILD
    found = fits((1, {**BOY, "id_number": CHILD}), (2, {**BOY, "phone": "", "id_claimed": slip}))
    assert found[frozenset((1, 2))].weight > settings.load().threshold
