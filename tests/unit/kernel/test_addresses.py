"""Addresses as they compare."""

import pytest

from tongdeng.kernel.addresses import address_key, lies_at


@pytest.mark.parametrize(
    "spelling",
    [
        "和平路3号院2单元101",
        "和平路 3 号院 2 单元 101",
        "和平路３号院２单元１０１",
        "和平路三号院二单元101",
        "和平路3号院，2单元101",
    ],
)
def test_one_address_however_it_is_written(spelling: str) -> None:
    assert address_key(spelling) == "和平路3号院2单元101"


def test_numbers_in_words_count_and_names_stay_names() -> None:
    assert address_key("五一路一百二十三号") == "五一路123号"
    assert address_key("三里屯一〇三室") == "三里屯103室"
    assert address_key("十里铺二十号") == "十里铺20号"
    assert address_key("a座—1") == "A座-1"


def test_premises_hold_what_lies_in_them_and_no_longer_number() -> None:
    assert lies_at(address_key("和平路3号院1单元"), address_key("和平路三号院"))
    assert lies_at("和平路3", "和平路3")
    assert not lies_at("和平路31号", "和平路3")
    assert not lies_at("解放路3号", "和平路3号")
