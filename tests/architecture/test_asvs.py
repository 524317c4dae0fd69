"""The map of OWASP ASVS 5.0.0, levels 1 and 2, is whole, and what it names is there."""

import tomllib
from pathlib import Path

import pytest

MAP = tomllib.loads(Path("docs/asvs.toml").read_text(encoding="utf-8"))
# How many requirements of levels 1 and 2 each chapter has.
SIZES = {
    "V1": 27, "V2": 11, "V3": 19, "V4": 10, "V5": 9, "V6": 35, "V7": 18, "V8": 7, "V9": 7, "V10": 29, "V11": 14,
    "V12": 9, "V13": 13, "V14": 9, "V15": 13, "V16": 16, "V17": 7,
}  # fmt: skip
ENTRIES = [(number, entry) for chapter in MAP.values() for number, entry in chapter.items()]


def test_each_chapter_has_all_its_requirements():
    assert {chapter: len(entries) for chapter, entries in MAP.items()} == SIZES
    assert all(number.split(".")[0] == chapter[1:] for chapter, entries in MAP.items() for number in entries)


@pytest.mark.parametrize(("number", "entry"), ENTRIES, ids=[number for number, _ in ENTRIES])
def test_a_requirement_is_held_by_something_that_is_there_or_says_what_is_missing(number, entry):
    (how,) = entry.keys() - {"by"}
    assert how in ("held", "operator", "none", "gap")
    assert entry[how]
    assert ("by" in entry) == (how == "held")
    assert [path for path in entry.get("by", []) if not Path(path).exists()] == []
