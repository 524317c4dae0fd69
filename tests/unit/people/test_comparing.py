"""Which characters of two values differ; the rest of the comparison needs records."""

import pytest

from tongdeng.people.comparing import differing


@pytest.mark.parametrize(
    ("left", "right", "here", "there"),
    [
        ("吴海燕", "吴海艳", {2}, {2}),
        ("990303199204120027", "990303199204120072", {16, 17}, {16, 17}),
        ("吕思远", "吕思远远", set(), {3}),
        ("1992-04-12", "1992-04-12", set(), set()),
        ("王芳", "李娜", {0, 1}, {0, 1}),
        ("", "王", set(), {0}),
    ],
)
def test_the_places_that_differ_are_told_for_either_side(left, right, here, there):
    assert differing(left, right) == (here, there)
