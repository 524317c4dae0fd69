"""Intervals against published examples."""

import pytest

from tongdeng.insight import intervals


def test_wilson_interval_of_81_in_263_is_the_published_one():
    # Newcombe 1998, Statistics in Medicine 17:857, table I: 0.2553 to 0.3662.
    assert intervals.share(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_an_interval_of_nothing_in_twenty_starts_at_zero():
    low, high = intervals.share(0, 20) or (None, None)
    assert low == 0
    assert high == pytest.approx(0.1611, abs=5e-5)


def test_there_is_no_interval_without_a_denominator():
    assert intervals.share(0, 0) is None
    assert intervals.difference(1, 2, 0, 0) is None


def test_newcombe_interval_of_56_in_70_less_48_in_80_is_the_published_one():
    # Newcombe 1998, Statistics in Medicine 17:873, table II, method 10: 0.0524 to 0.3339.
    assert intervals.difference(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
