"""The manual's page on the law is printed from the examples, and leaves nothing out."""

from pathlib import Path

import pytest

from tests.spec import files
from tests.spec.examples import SECTIONS
from tests.spec.manual import page
from tests.unit.rules.law_folder import write
from tongdeng.rules import check
from tongdeng.rules.cases import CASE_KEYS
from tongdeng.rules.lexer import KEYWORDS
from tongdeng.rules.model import FactType, Rhythm
from tongdeng.rules.schedules import SCHEDULE_KEYS, STEP_KEYS
from tongdeng.rules.services import PROVISIONS, SERVICE_KEYS, VERSION_KEYS
from tongdeng.rules.vocabulary import FACT_KEYS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "rules.md"


def test_every_keyword_of_the_language_has_an_example():
    texts = " ".join(example.text.lower() for section in SECTIONS for example in section.examples)
    assert {word for word in KEYWORDS if word not in texts} == set()


def test_the_manual_shows_every_example():
    text = page()
    assert all(f"`{example.text}`" in text for section in SECTIONS for example in section.examples)


@pytest.mark.parametrize(
    ("explained", "known"),
    [
        (files.OF_FACT, FACT_KEYS),
        (files.OF_SERVICE, SERVICE_KEYS),
        (files.OF_VERSION, VERSION_KEYS),
        (files.OF_CASE, CASE_KEYS),
        (files.OF_SCHEDULE, SCHEDULE_KEYS),
        (files.OF_STEP, STEP_KEYS),
    ],
    ids=["fact", "service", "version", "case", "schedule", "step"],
)
def test_every_key_that_a_file_may_have_is_explained_and_no_other(explained, known):
    assert set(explained) == set(known)


def test_every_word_that_a_key_may_have_is_explained():
    words = {**files.OF_FACT, **files.OF_VERSION}
    assert {kind for kind in FactType if f"`{kind}`" not in words["type"]} == set()
    assert {rhythm for rhythm in Rhythm if rhythm not in words["rhythm"]} == set()
    assert {provision for provision in PROVISIONS if provision not in words["provision"]} == set()


def test_the_files_shown_are_a_law_without_fault_or_warning(tmp_path):
    for name, text in files.EXAMPLES.items():
        write(tmp_path, name, text)
    findings = check(tmp_path)
    assert [fault.say("en") for fault in (*findings.faults, *findings.warnings)] == []
    assert findings.law
    assert len(findings.law.cases) == 4
    assert all(text.rstrip() in page() for text in files.EXAMPLES.values())


def test_the_page_in_the_manual_is_up_to_date():
    # Written by `python -m tests.spec.manual docs/reference/rules.md`.
    assert PAGE.read_text(encoding="utf-8") == page()
