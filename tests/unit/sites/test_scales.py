"""Positions on drawn axes, and what a ranked plot may claim."""

import pytest

from tongdeng.sites.shell.scales import Ranked, claim, rank

TARGET = 0.95


def place(value: float | None, low: float | None = None, high: float | None = None, name: str = "甲") -> Ranked:
    """Return a place with its interval."""
    return Ranked(name, 0, 0 if value is None else 100, value, low, high)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.90, 0.94, "below"), (0.94, 0.96, "unclear"), (0.94, 0.95, "unclear"), (0.95, 0.97, "above")],
)
def test_only_an_interval_wholly_on_one_side_of_the_target_claims_anything(low, high, said):
    assert claim(place(0.5, low, high), TARGET) == said


def test_the_worst_place_comes_first():
    plot = rank((place(0.96, 0.95, 0.97, "乙"), place(0.84, 0.82, 0.86, "甲")), TARGET)
    assert [dot.place.name for dot in plot.dots] == ["甲", "乙"]


def test_the_axis_starts_at_a_tick_below_every_interval_and_ends_at_all():
    plot = rank((place(0.842, 0.828, 0.856), place(0.959, 0.954, 0.963)), TARGET)
    assert plot.ticks[0] == (0.0, "80%")
    assert plot.ticks[-1] == (100.0, "100%")
    assert plot.target_at == 75.0
    assert all(0 <= dot.from_ <= dot.at <= dot.to <= 100 for dot in plot.dots)


def test_a_place_where_nothing_was_due_is_named_without_a_dot():
    plot = rank((place(None), place(0.9, 0.8, 0.95, "乙")), TARGET)
    assert [dot.place.name for dot in plot.dots] == ["乙"]
    assert [other.name for other in plot.without] == ["甲"]


def test_no_places_at_all_make_an_empty_plot():
    assert rank((), TARGET).dots == ()


def test_a_place_at_zero_makes_the_axis_start_at_zero():
    plot = rank((place(0.0, 0.0, 0.3),), TARGET)
    assert plot.ticks[0] == (0.0, "0%")
