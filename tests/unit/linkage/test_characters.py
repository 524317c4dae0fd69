"""Names as linkage compares them."""

import pytest

from tongdeng.linkage import characters


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("張麗華", "张丽华"),
        ("艾力·买买提", "艾力买买提"),
        ("艾力.买买提", "艾力买买提"),
        ("艾力 买买提", "艾力买买提"),
        ("John Smith", "JOHNSMITH"),
        ("王-伟", "王伟"),
    ],
)
def test_dots_blanks_and_traditional_characters_make_no_difference(written, plain):
    assert characters.plain(written) == plain


@pytest.mark.parametrize(("one", "other"), [("陈静", "程婧"), ("林梓琪", "林子奇"), ("张英", "章颖"), ("陳靜", "陈静")])
def test_homophones_and_unsure_syllables_sound_the_same(one, other):
    assert characters.sound(one) == characters.sound(other)


def test_other_names_sound_otherwise():
    assert characters.sound("王伟") != characters.sound("王芳")


def test_near_shapes_hold_both_ways_and_are_not_passed_on():
    assert "未" in characters.NEAR["末"]
    assert "末" in characters.NEAR["未"]
    pairs = set(characters.near_table())
    assert pairs == {(other, character) for character, other in pairs}
    assert not any(character == other for character, other in pairs)


def test_a_traditional_character_stands_for_one_simplified_character():
    assert all(len(characters.plain(c)) == 1 for c in "張劉陳楊黃趙吳孫馬羅鄭謝")
    assert characters.plain(characters.plain("張麗華")) == "张丽华"


def test_the_table_has_each_character_once_and_nothing_for_a_dot():
    table = characters.table(["王伟", "艾力·伟"])
    assert [line[0] for line in table] == sorted(set("王伟艾力·"))
    assert ("·", "", "") in table
