"""Prints the examples as the manual's page on the language: `python -m tests.spec.manual PAGE`."""

import sys
from datetime import date
from pathlib import Path

from tests.spec.engines import VOCABULARY
from tests.spec.examples import AS_OF, REFUSED, SECTIONS, Example, Section
from tongdeng.kernel.errors import Text
from tongdeng.rules.faults import ExpressionFault
from tongdeng.rules.kinds import check_condition
from tongdeng.rules.model import Value
from tongdeng.rules.parser import parse

_HEAD = f"""# The language of conditions

Generated from the examples in `tests/spec/examples.py`, which run on every engine; do not edit.

A condition is true, false or unknown (null). `as_of` is {AS_OF} in all examples. The facts that an example names
have the values shown beside it, all others are unknown.
"""


def page() -> str:
    """Return the page as Markdown."""
    return "\n".join([_HEAD, *(_section(section) for section in SECTIONS), _refused()])


def _section(section: Section) -> str:
    rows = [f"| `{example.text}` | {_given(example)} | {_shown(example.value)} |" for example in section.examples]
    table = ["| expression | with | gives |", "|---|---|---|", *rows]
    return "\n".join([f"## {section.title}", "", section.rule, "", *table, ""])


def _given(example: Example) -> str:
    return ", ".join(f"{name} = {_shown(value)}" for name, value in example.given.items())


def _shown(value: Value) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return "'" + value.replace("'", "''") + "'"
        case date():
            return value.isoformat()
        case _:
            return f"{value:f}" if not isinstance(value, int) else str(value)


def _refused() -> str:
    rows = [f"| `{_short(text)}` | {_fault(text).en} |" for text, _, _ in REFUSED if text and "|" not in text]
    head = ["## What is refused", "", "| expression | why |", "|---|---|"]
    return "\n".join([*head, *rows, ""])


def _short(text: str) -> str:
    return text if len(text) < 60 else f"{text[:20]}...{text[-20:]}"


def _fault(text: str) -> Text:
    try:
        check_condition(parse(text), VOCABULARY)
    except ExpressionFault as fault:
        return fault.fact
    raise AssertionError(text)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
