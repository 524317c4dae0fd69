"""Windows from answers, rhythms and deliveries. The SQL beside this file does the work; here are its terms."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tongdeng.rules.model import FactType, Law, Rhythm, Version
from tongdeng.rules.sql import answers_select

SQL = Path(__file__).parent / "sql"
STEPS = tuple(sorted(SQL.glob("*.sql")))
TERMS = (
    "terms (service text, day date, kind text, rhythm text, due_within bigint, before_months bigint, provision text)"
)
TYPES = {
    FactType.INTEGER: "BIGINT",
    FactType.DECIMAL: "DECIMAL(18,2)",
    FactType.BOOLEAN: "BOOLEAN",
    FactType.CODE: "VARCHAR",
    FactType.DATE: "DATE",
}
MONTHS = {Rhythm.YEARLY: 12, Rhythm.QUARTERLY: 3, Rhythm.MONTHLY: 1}


def evaluated_days(as_of: date) -> list[date]:
    """Return 31 December, each month's end since, and the day itself."""
    starts = [date(as_of.year, month, 1) for month in range(1, as_of.month + 1)]
    return sorted({start - timedelta(days=1) for start in starts} | {as_of})


def periods(as_of: date) -> Iterator[tuple[str, date, date]]:
    """Yield (rhythm, first day, last day) of each calendar period that has begun in this year."""
    for rhythm, months in MONTHS.items():
        for month in range(1, 13, months):
            first = date(as_of.year, month, 1)
            after = date(as_of.year + (month + months > 12), (month + months - 1) % 12 + 1, 1)
            if first <= as_of:
                yield rhythm.value, first, after - timedelta(days=1)


def kind_of(version: Version) -> str:
    """Return how a version's windows arise: once, stream, period, anniversary or event."""
    if version.anniversary_of:
        return "anniversary"
    if version.rhythm is Rhythm.ONCE:
        return "stream" if version.opens_from else "once"
    return "period" if version.rhythm in MONTHS else "event"


def terms(law: Law, days: Sequence[date]) -> Iterator[tuple[Any, ...]]:
    """Yield the terms of every service in force on each day."""
    for day in days:
        for service, version in law.in_force_on(day):
            months = version.opens_before.get("months", 0)
            yield (
                service.code, day, kind_of(version), version.rhythm.value, version.due_within, months, version.provision
            )  # fmt: skip


def _date_facts(law: Law, days: Sequence[date]) -> str:
    """Return a query of the date facts that the services' rhythms name: opens_from, anniversary, done."""
    named: dict[str, tuple[str, str, str]] = {}
    for day in days:
        for service, version in law.in_force_on(day):
            named[service.code] = (version.opens_from, version.anniversary_of, version.done_when)
    parts = []
    for code, facts in named.items():
        opens, anniversary, done = (fact or "NULL" for fact in facts)
        columns = f"{opens}::date AS opens_from, {anniversary}::date AS anniversary, {done}::date AS done"
        if any(facts):
            parts.append(f"SELECT n, '{code}' AS service, day, {columns} FROM fact")
    none = "SELECT NULL::bigint AS n, '' AS service, NULL::date AS day, NULL::date AS opens_from,"
    none += " NULL::date AS anniversary, NULL::date AS done WHERE FALSE"
    return " UNION ALL ".join([*parts, none])


def determine(link: Any, law: Law, as_of: date) -> None:
    """Make the tables answer, owed_window, status, offered and counted.

    `link` holds a snapshot's tables and the table `facts` for `evaluated_days(as_of)`.
    """
    days = evaluated_days(as_of)
    link.execute(f"SET VARIABLE as_of = DATE '{as_of}'; SET VARIABLE year_start = DATE '{as_of.year}-01-01'")
    make_fact_table(link, law)
    _answer(link, law, days)
    _fill(link, TERMS, list(terms(law, days)))
    _fill(link, "period (rhythm text, first_on date, last_on date)", list(periods(as_of)))
    this_year = [(day, day.replace(month=1, day=1)) for day in days if day.year == as_of.year]
    _fill(link, "measured (day date, year_start date)", this_year)
    link.execute(f"CREATE OR REPLACE TEMP TABLE date_fact AS {_date_facts(law, days)}")
    for step in STEPS:
        link.execute(step.read_text(encoding="utf-8"))


def _answer(link: Any, law: Law, days: Sequence[date]) -> None:
    """Answer every day's questions; a service that makes no windows is asked about the last day only."""
    last = days[-1]
    makes_windows = {code: any(kind_of(v) != "event" for v in one.versions) for code, one in law.services.items()}
    always = replace(law, services={code: one for code, one in law.services.items() if makes_windows[code]})
    rest = replace(law, services={code: one for code, one in law.services.items() if not makes_windows[code]})
    link.execute("CREATE OR REPLACE TEMP VIEW fact_today AS SELECT * FROM fact WHERE day = getvariable('as_of')")
    every_day = answers_select(always, (days[0], last), relation="fact", keys=("n",), day_column="day", reasons=False)
    one_day = answers_select(rest, last, relation="fact_today", keys=("n",), reasons=False)
    link.execute(f"CREATE OR REPLACE TEMP TABLE answer AS FROM ({every_day}) UNION ALL FROM ({one_day})")


def make_fact_table(link: Any, law: Law) -> None:
    """Make the table `fact` from the view `facts`, with every word of the vocabulary: what no roll gives is null."""
    held = {row[0] for row in link.execute("DESCRIBE facts").fetchall()}
    missing = [f"NULL::{TYPES[fact.type]} AS {name}" for name, fact in law.facts.items() if name not in held]
    link.execute(f"CREATE OR REPLACE TEMP TABLE fact AS SELECT {', '.join(['*', *missing])} FROM facts")


def _fill(link: Any, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    link.execute(f"CREATE OR REPLACE TEMP TABLE {table}")
    link.executemany(f"INSERT INTO {table.split()[0]} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def unknown_select(law: Law, as_of: date) -> str:
    """Return a query of (n, service, unknown) for the unknown answers of one day that keep a window from opening.

    What waits for a request is left out: whoever applies is asked then, and nobody goes to ask everyone else.
    """
    in_force = {service.code: (service, version) for service, version in law.in_force_on(as_of)}
    opening = {code: service for code, (service, version) in in_force.items() if kind_of(version) != "event"}
    answers = answers_select(replace(law, services=opening), as_of, relation="fact_today", keys=("n",), reasons=True)
    return f"SELECT n, service, unknown FROM ({answers}) WHERE answer = 'unknown'"
