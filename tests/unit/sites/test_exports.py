"""What an exported cell may hold."""

import pytest

from tongdeng.sites.console.exports import neutral


@pytest.mark.parametrize("cell", ["=1+1", "+8613", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    assert neutral(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["赵春梅", "990101001001", "", 12, None, "a=b", " =1"])
def test_anything_else_stays_as_it_is(cell: object) -> None:
    assert neutral(cell) == cell
