"""What may leave a bureau."""

from datetime import date

from tongdeng.insight.disclosure import withheld
from tongdeng.insight.types import Figure

DAY = date(2026, 11, 23)


def figure(place: str, numerator: int, denominator: int) -> Figure:
    return Figure("S1a", place, DAY, numerator, denominator)


def test_four_people_are_withheld_and_five_are_not():
    assert withheld([figure("a", 4, 20), figure("b", 3, 30), figure("c", 5, 30)]) == {"a", "b"}


def test_four_missing_are_as_telling_as_four_given():
    assert withheld([figure("a", 26, 30), figure("b", 4, 40), figure("c", 10, 50)]) == {"a", "b"}


def test_a_single_withheld_cell_takes_the_smallest_other_with_it():
    assert withheld([figure("a", 2, 20), figure("b", 40, 90), figure("c", 20, 50)]) == {"a", "c"}


def test_nobody_at_all_is_no_secret():
    assert withheld([figure("a", 0, 0), figure("b", 0, 30), figure("c", 30, 30)]) == frozenset()
