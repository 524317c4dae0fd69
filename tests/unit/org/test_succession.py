"""What a code of yesterday means on a later map."""

from datetime import date

import pytest

from tongdeng.org.succession import Successors, is_at, successors_of

A, B, C, D, E = (f"99010100100{n}" for n in range(1, 6))
MAY, JULY, SEPTEMBER = date(2026, 5, 1), date(2026, 7, 1), date(2026, 9, 1)


def told(*lines: tuple[date, str, str | None, tuple[str, ...]]) -> Successors:
    return successors_of(lines)


@pytest.mark.parametrize(
    ("words", "address", "expected"),
    [
        ("幸福小区", "城关镇幸福小区3栋201室", True),
        ("幸福路1号", "幸福路1号", True),
        ("幸福路1号", "幸福路12号", False),
        ("幸福路1", "幸福路12号", False),
        ("1号楼", "阳光苑11号楼", False),
        ("幸福路1-20号", "城关镇幸福路12号3单元", True),
        ("幸福路1-20号", "城关镇幸福路21号", False),
        ("幸福路1号至20号", "幸福路20号", True),
    ],
)
def test_words_of_a_rule_take_numbers_whole(words: str, address: str, expected: bool) -> None:
    assert is_at(words, address) is expected


def test_a_stay_that_ended_before_the_change_keeps_its_code() -> None:
    known = told((JULY, A, B, ()))
    assert known.current(A, since=MAY, until=JULY) == A
    assert known.current(A, since=MAY, until=date(2026, 7, 2)) == B
    assert known.current(A, since=MAY) == B


def test_a_chain_of_changes_is_followed_to_its_end() -> None:
    known = told((MAY, A, B, ()), (JULY, B, C, ()), (JULY, D, C, ()))
    assert known.current(A) == C
    assert known.current(A, until=date(2026, 6, 1)) == B
    assert known.followers(A) == (C,)


def test_a_split_goes_by_address_and_the_longest_words_decide() -> None:
    known = told((JULY, A, B, ("幸福路",)), (JULY, A, C, ("幸福路3号院",)), (JULY, A, D, ()))
    assert known.current(A, address="幸福路5号") == B
    assert known.current(A, address="幸福路3号院2栋") == C
    assert known.current(A, address="和平街1号") == D
    assert known.current(A, address=None) == D
    assert known.followers(A) == (B, C, D)


def test_a_code_that_goes_on_means_the_smaller_place_in_what_began_after_the_split() -> None:
    known = told((JULY, A, B, ("幸福路",)), (JULY, A, A, ()))
    assert known.current(A, address="幸福路5号", since=MAY) == B
    assert known.current(A, address="和平街1号", since=MAY) == A
    assert known.current(A, address="幸福路5号", since=JULY) == A
    assert known.followers(A, since=SEPTEMBER) == (A,)


def test_a_new_name_is_no_succession() -> None:
    assert not told((JULY, A, A, ()))
