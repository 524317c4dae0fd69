"""Prints the examples as the manual's page on the law: `python -m tests.spec.manual PAGE`."""

import sys
from datetime import date
from pathlib import Path

from tests.spec import files
from tests.spec.engines import VOCABULARY
from tests.spec.examples import AS_OF, REFUSED, SECTIONS, Example, Section
from tongdeng.kernel.errors import Text
from tongdeng.rules.faults import ExpressionFault
from tongdeng.rules.kinds import check_condition
from tongdeng.rules.model import Value
from tongdeng.rules.parser import parse

_HEAD = f"""# The law as data: its language and its files

Generated from the examples in `tests/spec/examples.py`, which run on every engine, and in `tests/spec/files.py`, which
are checked as a law; do not edit. `tongdeng rules check DIR` names file, line and word of everything at fault.

# The language of conditions

A condition is true, false or unknown (null). `as_of` is {AS_OF} in all examples. The facts that an example names
have the values shown beside it, all others are unknown.
"""


_ANSWERS = """# Answers

A service is `yes` when every condition of the version in force is true, `no` when any is false, else `unknown`. On a
day outside every version it has no answer. `rules run` writes `person_id,service,answer,unmet,unknown`: the last two
name the false and the unknown conditions, in the order of the file and joined by `;`, whatever the answer is. A fact
that a facts file does not have is unknown for everyone; the run says how many answers hang on it.
"""
_PARTS = (
    ("facts.yaml", "The vocabulary: everything a condition may speak of.", {"A fact": files.OF_FACT}),
    (
        "services/pol/permit_endorsement.yaml",
        "A service, in a folder named by its bureau's code in small letters.",
        {"A service": files.OF_SERVICE, "A version": files.OF_VERSION},
    ),
    (
        "services/pol/permit_endorsement.cases.yaml",
        "Worked examples beside the service. The law must answer as they expect; each version should have one.",
        {"A case": files.OF_CASE},
    ),
    (
        "schedules/child_checks.yaml",
        "What `rhythm: {schedule: child_checks}` names.",
        {"A schedule": files.OF_SCHEDULE, "A step": files.OF_STEP},
    ),
)


def page() -> str:
    """Return the page as Markdown."""
    return "\n".join([_HEAD, *(_section(section) for section in SECTIONS), _refused(), _ANSWERS, _files()])


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


def _files() -> str:
    parts = ["# The files of a law folder", ""]
    for name, about, tables in _PARTS:
        parts += [f"## {name}", "", about, "", "```yaml", files.EXAMPLES[name].rstrip(), "```", ""]
        for title, keys in tables.items():
            rows = [f"| `{key}` | {meaning} |" for key, meaning in keys.items()]
            parts += [f"| {title} | |", "|---|---|", *rows, ""]
    return "\n".join(parts)


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
