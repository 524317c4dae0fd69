"""The manual's page on the language is printed from the examples."""

from pathlib import Path

from tests.spec.examples import SECTIONS
from tests.spec.manual import page
from tongdeng.rules.lexer import KEYWORDS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "rules.md"


def test_every_keyword_of_the_language_has_an_example():
    texts = " ".join(example.text.lower() for section in SECTIONS for example in section.examples)
    assert {word for word in KEYWORDS if word not in texts} == set()


def test_the_manual_shows_every_example():
    text = page()
    assert all(f"`{example.text}`" in text for section in SECTIONS for example in section.examples)


def test_the_page_in_the_manual_is_up_to_date():
    # Written by `python -m tests.spec.manual docs/reference/rules.md`.
    assert PAGE.read_text(encoding="utf-8") == page()
