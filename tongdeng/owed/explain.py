"""Why one person gets an answer: facts as the reader may see them, the reference engine, and what time will change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from tongdeng.catalogue import selectors as catalogue
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.owed import windows
from tongdeng.rules import tree
from tongdeng.rules.engines.memory import answer, evaluate
from tongdeng.rules.explain import Explanation
from tongdeng.rules.explain import explain as explain_by_law
from tongdeng.rules.model import Fact, Law, Value, Verdict
from tongdeng.snapshots import selectors as frozen

Facts = Mapping[str, Value]
AHEAD_DAYS = 750  # two years and a little: further on, nobody plans


@dataclass(frozen=True)
class Earlier:
    """The answer on an evaluated day that differs from the answer of the next."""

    on: date
    explanation: Explanation


@dataclass(frozen=True)
class Ahead:
    """What time alone will do if nothing else changes: the first day each condition is met, and all of them."""

    met_from: Mapping[str, date] = field(default_factory=dict)
    yes_from: date | None = None


@dataclass(frozen=True)
class Known:
    """What one reader may know of one person, now or as the records stood. The facts of any day follow from it."""

    law: Law
    domains: str
    county: str
    rows: frozen.Rows
    newest: Mapping[str, date] = field(default_factory=dict)  # source -> newest record, where it is not today's

    def on(self, days: Iterable[date]) -> dict[date, Facts]:
        """Return the person's facts on each day; empty where the person may not be seen.

        A fact of a domain the post may not see is unknown: rows that were kept back must not look like absence.
        """
        shown = [name for name, fact in self.law.facts.items() if not is_hidden(fact, self.domains)]
        nothing = dict.fromkeys(self.law.facts)
        found = frozen.facts_on(self.rows, days, self.county)
        return {row["day"]: nothing | {name: row.get(name) for name in shown} for row in found}

    def ahead(self, explanation: Explanation) -> Ahead:
        """Return what time alone will change within two years, under the rules in force today."""
        if not explanation.unmet:
            return Ahead()
        start, version = explanation.as_of, explanation.version
        days = [day for n in range(1, AHEAD_DAYS) if version.covers(day := start + timedelta(days=n))]
        names = [e.fact.name for c in explanation.conditions for e in c.evidence]
        shown = [name for name in dict.fromkeys(names) if not is_hidden(self.law.facts[name], self.domains)]
        nothing = dict.fromkeys(names)
        some = frozen.some_facts_on(self.rows, shown, days, self.county) if shown and days else []
        return _ahead(explanation, [(row.pop("day"), nothing | row) for row in some])


def _ahead(explanation: Explanation, coming: list[tuple[date, Facts]]) -> Ahead:
    waiting = {each.condition.name: each.condition for each in explanation.unmet}
    names_a_day = any(_names_a_day(condition.tree) for condition in explanation.version.conditions)
    met_from: dict[str, date] = {}
    yes_from, before = None, None
    for day, facts in coming:
        if facts == before and not names_a_day:
            continue
        before = facts
        for name in [name for name, condition in waiting.items() if evaluate(condition.tree, facts, day) is True]:
            met_from[name] = day
            del waiting[name]
        if not waiting and answer(explanation.version, facts, day).answer is Verdict.YES:
            yes_from = day
            break
    return Ahead(met_from, yes_from)


def _names_a_day(node: tree.Node) -> bool:
    return isinstance(node, tree.AsOf) or any(_names_a_day(part) for part in tree.children(node))


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


def known_now(person_id: int, domains: str) -> Known:
    """Return what the reader of this transaction may know of a person today, under the published law."""
    rows = frozen.rows_of(person_id)
    # Whoever has no community carries the county's own code: either begins with its six digits.
    county = next((str(row["community"])[:6] for row in rows["person"] or ()), "")
    return Known(catalogue.open_law(), domains, county, rows)


def explain(law: Law, code: str, day: date, facts: Facts) -> Explanation:
    """Explain one service. Raises UnusableInput where the service does not exist, or not on that day."""
    found = explain_by_law(law, code, day, facts)
    if found is None:
        fact = Text(f"{day} 没有事项 {code}：当时还没有施行或已经停止。", f"{code} was not in force on {day}.")
        raise UnusableInput("owed.service.not_in_force", fact, place=code)
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


def days_before(day: date) -> list[date]:
    """Return the days whose answers are compared with a day's: each month's end of its year, and the day."""
    return windows.evaluated_days(day)
