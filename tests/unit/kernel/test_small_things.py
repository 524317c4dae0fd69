"""Ids, id numbers, names, money and the clock."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongdeng.kernel import citizen_id, clock, ids, money, names
from tongdeng.kernel.errors import NOTHING, Text

TODAY = date(2026, 11, 23)


def test_the_check_character_is_the_standards_own_example():
    # GB 11643-1999, annex A; the 15-digit form of the same number.
    assert citizen_id.check_character("11010519491231002") == "X"
    assert citizen_id.upgrade("110105491231002") == "11010519491231002X"


@pytest.mark.parametrize(
    "number",
    ["110105194912310021", "11010519491331002X", "11010520491231002X", "1101051949123100", "000000000000000000"],
)
def test_a_wrong_number_is_not_valid(number):
    assert not citizen_id.is_valid(number, TODAY)


def test_an_abolished_division_outlives_itself_in_a_number():
    first17 = "99999919900101123"
    number = first17 + citizen_id.check_character(first17)
    assert citizen_id.is_valid(number, TODAY)
    assert citizen_id.sex(number) == "male"


@given(st.integers(0, 10**8 - 1), st.integers(0, 8), st.integers(1, 9))
def test_a_person_id_notices_every_single_wrong_digit(number, place, by):
    text = f"{number:08d}"
    whole = text + str(ids.check_digit(text))
    wrong = whole[:place] + str((int(whole[place]) + by) % 10) + whole[place + 1 :]
    assert ids.read(whole) == int(whole)
    assert ids.read(wrong) is None


def test_a_person_id_is_read_as_it_is_shown():
    fresh = ids.new_person_id()
    assert ids.read(ids.show(fresh)) == fresh
    assert ids.read("P-0000") is None


def test_a_name_is_found_by_its_parts_and_sounds():
    assert names.tokens("赵春梅") == ("赵春梅", "春梅", "zhaochunmei", "zcm")
    assert names.tidy("阿依古丽.买买提") == "阿依古丽·买买提"
    assert names.tidy(" 赵 春梅 ") == "赵春梅"


def test_numbers_are_masked():
    assert names.mask_id("990412199204121223") == "9904**********1223"
    assert names.mask_phone("10012340217") == "100****0217"


def test_money_is_read_to_the_fen_and_no_finer():
    assert money.fen("1,234.50") == 123450
    for wrong in ("1.234", "abc", "NaN", "Infinity"):
        with pytest.raises(ValueError, match=r"fen|money"):
            money.fen(wrong)


def test_the_day_is_chinas_and_can_be_set(monkeypatch):
    monkeypatch.setenv("TONGDENG_TODAY", "2026-03-01")
    assert clock.today() == date(2026, 3, 1)
    assert clock.now().astimezone(clock.CHINA).date() == date(2026, 3, 1)


def test_the_time_of_a_set_day_can_be_shifted_across_midnight(monkeypatch):
    monkeypatch.setenv("TONGDENG_TODAY", "2026-03-01")
    monkeypatch.setenv("TONGDENG_CLOCK_SHIFT", "0")
    before = clock.now()
    monkeypatch.setenv("TONGDENG_CLOCK_SHIFT", str(16 * 3600))
    apart = (clock.now() - before).total_seconds() % 86400
    assert 16 * 3600 <= apart < 16 * 3600 + 60
    assert clock.today() == date(2026, 3, 1)


def test_several_names_are_one_text_in_each_language():
    names_ = [Text("入学", "school"), Text("居住证", "residence permit")]
    assert Text.listed(one for one in names_) == Text("入学、居住证", "school, residence permit")
    assert Text.listed([]) == NOTHING
