"""Why one person gets an answer: facts as the reader may see them, the reference engine, and what time will change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tongdeng.audit.types import Actor
from tongdeng.catalogue import selectors as catalogue
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.owed import windows
from tongdeng.people import selectors as registry
from tongdeng.rules.engines.memory import answer, evaluate
from tongdeng.rules.explain import Explanation
from tongdeng.rules.explain import explain as explain_by_law
from tongdeng.rules.model import Fact, Law, Value, Verdict
from tongdeng.snapshots import selectors as frozen

Facts = Mapping[str, Value]
AHEAD_DAYS = 750  # two years and a little: further on, nobody plans
MEMORY = "512MB"


@dataclass(frozen=True)
class Earlier:
    """The answer on an evaluated day that differs from the answer of the next."""

    on: date
    explanation: Explanation


def is_hidden(fact: Fact, domains: str) -> bool:
    """Tell whether a roll brings a fact that the reader's post may not see."""
    return bool(fact.source and fact.domain and fact.domain not in domains)


def is_open_to(explanation: Explanation, domains: str) -> bool:
    """Tell whether an answer may be trusted: it does not hang on a fact the reader's post may not see."""
    if explanation.answer.answer is not Verdict.UNKNOWN:
        return True
    return not any(
        evidence.value is None and is_hidden(evidence.fact, domains)
        for condition in explanation.unknown
        for evidence in condition.evidence
    )


def facts_of(person_id: int, days: Iterable[date], domains: str, by: Actor) -> dict[date, dict[str, Value]]:
    """Return a person's facts on each day, as the actor may see them; empty where the person may not be seen.

    A fact of a domain the post may not see is unknown: rows that were kept back must not look like absence.
    """
    wanted = sorted(set(days))
    law = catalogue.open_law()
    link = frozen.connect(MEMORY)
    try:
        frozen.open_person(link, person_id, by)
        return computed(link, law, wanted, domains)
    finally:
        link.close()


def computed(link: Any, law: Law, days: list[date], domains: str) -> dict[date, dict[str, Value]]:
    """Return the facts of the one person whose tables the link holds, on each day."""
    frozen.compute_facts(link, days, registry.county_code(days[-1])[:6])
    windows.make_fact_table(link, law)
    kept_back = [name for name, fact in law.facts.items() if is_hidden(fact, domains)]
    found: dict[date, dict[str, Value]] = {}
    for row in frozen.rows(link, "SELECT * FROM fact"):
        found[row["day"]] = {name: row[name] for name in law.facts} | dict.fromkeys(kept_back)
    return found


def days_for(day: date) -> list[date]:
    """Return the days an explanation looks at: each month's end this year, the day, and every day of two years on."""
    return [*windows.evaluated_days(day), *(day + timedelta(days=ahead) for ahead in range(1, AHEAD_DAYS))]


def explain(law: Law, code: str, day: date, facts: Facts) -> Explanation:
    """Explain one service. Raises UnusableInput where the service does not exist, or not on that day."""
    found = explain_by_law(law, code, day, facts)
    if found is None:
        fact = Text(f"{day} 没有事项 {code}：当时还没有施行或已经停止。", f"{code} was not in force on {day}.")
        raise UnusableInput("owed.service.not_in_force", fact, place=code)
    return found


def met_from(explanation: Explanation, facts: Mapping[date, Facts]) -> dict[str, date]:
    """Return, for each condition that is not met, the first day on which time alone will meet it."""
    found: dict[str, date] = {}
    ahead = sorted(day for day in facts if day > explanation.as_of)
    for each in explanation.unmet:
        held = (day for day in ahead if evaluate(each.condition.tree, facts[day], day) is True)
        first = next(held, None)
        if first:
            found[each.condition.name] = first
    return found


def earlier_answers(law: Law, code: str, day: date, facts: Mapping[date, Facts]) -> list[Earlier]:
    """Return this year's earlier answers, newest first: each evaluated day whose answer differs from the next one's."""
    service = law.services[code]
    found: list[Earlier] = []
    next_one: Verdict | None = None
    for past in reversed(windows.evaluated_days(day)):
        version = service.version_on(past)
        if version is None or past not in facts:
            break
        verdict = answer(version, facts[past], past).answer
        if next_one is not None and verdict is not next_one:
            found.append(Earlier(past, explain(law, code, past, facts[past])))
        next_one = verdict
    return found


def as_json(explanation: Explanation, facts: Mapping[date, Facts]) -> dict[str, Any]:
    """Return an explanation as `explain --json` prints it, with the days on which time alone will meet a condition."""
    document: dict[str, Any] = explanation.as_json()
    by_time = met_from(explanation, facts)
    for change in document["would_change"]["unmet"]:
        first = by_time.get(change["condition"])
        change["met_from"] = first.isoformat() if first else None
    return document
