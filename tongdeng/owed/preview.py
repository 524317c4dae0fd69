"""What another law would change for everyone who lives here: both laws judged on the same frozen facts."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tongdeng.audit.types import Actor
from tongdeng.catalogue import selectors as catalogue
from tongdeng.catalogue.types import PlaceEffect, Preview, ServiceEffect
from tongdeng.kernel import clock
from tongdeng.owed import effort, windows
from tongdeng.owed.questions import TYPES
from tongdeng.people import selectors as registry
from tongdeng.rules.model import Law, Version
from tongdeng.rules.sql import answers_select
from tongdeng.rules.tree import facts_in
from tongdeng.snapshots import actions as snapshots
from tongdeng.snapshots import selectors as frozen

MEMORY = "4GB"
# One row for each resident and service whose answer, or whose window, is another under the other law.
DIFFERENT = """
CREATE OR REPLACE TEMP TABLE preview_change AS
SELECT n, service, coalesce(b.answer, 'none') AS before, coalesce(a.answer, 'none') AS after
  FROM answer_before b FULL JOIN answer_after a USING (n, service)
 WHERE b.answer IS DISTINCT FROM a.answer"""
# `none` and `no` are one to whoever asks: a service that came or went gives nothing to those it refuses.
FLIPPED = "(before <> after AND NOT (before IN ('no', 'none') AND after IN ('no', 'none')))"
GAINS = "count(*) FILTER (after = 'yes')"
LOSES = "count(*) FILTER (before = 'yes')"
UNKNOWN_MADE = "count(*) FILTER (after = 'unknown')"
UNKNOWN_SETTLED = "count(*) FILTER (before = 'unknown')"
OPEN_WINDOWS = """
CREATE OR REPLACE TEMP TABLE {table} AS
SELECT w.n, service FROM owed_window w JOIN service_number USING (s) JOIN preview_resident r USING (n)
 WHERE w.outcome IS NULL AND w.opens_on <= getvariable('as_of')
   AND coalesce(w.closes_on, DATE '9999-12-31') >= getvariable('as_of')"""


def preview_law(before: Law, after: Law, as_of: date | None = None, *, by: Actor) -> Preview:
    """Return what `after` in the place of `before` would change, on the newest snapshot.

    Without `as_of` the day is today, or the day on which the last of the changes comes into force.
    """
    open_before, open_after = catalogue.opened(before), catalogue.opened(after)
    day = as_of or effective_day(open_before, open_after, clock.today())
    changed = tuple(sorted(changed_services(open_before, open_after, day)))
    snapshot = frozen.latest() or snapshots.freeze(
        day=clock.today(), law_digest=before.digest, county=registry.county_code(clock.today())[:6], by=by
    )
    link = frozen.connect(MEMORY)
    try:
        frozen.open_snapshot(link, snapshot)
        frozen.compute_facts(link, windows.evaluated_days(day), registry.county_code(day)[:6])
        _answer_both(link, only(open_before, changed), only(open_after, changed), day)
        effects = effort.priced(_services(link, open_before, open_after, changed, day))
        people, affected, gaining, losing = _people(link)
        hours = effort.hours(effects)
        return Preview(
            base_digest=before.digest, digest=after.digest, as_of=day, known_on=snapshot.day, made_at=clock.now(),
            people=people, affected=affected, gaining=gaining, losing=losing,
            flip_share=affected / people if people else 0.0, services=effects, places=tuple(_places(link)),
            facts_missing=_missing(link, only(open_after, changed), day), sealed=_sealed(before, after),
            money_fen=effort.money(effects), cost_unknown=_without(effects, "money_fen"), hours=hours,
            posts=effort.posts(hours), minutes_unknown=_without(effects, "hours"),
        )  # fmt: skip
    finally:
        link.close()


def only(law: Law, codes: Iterable[str]) -> Law:
    """Return a law with some of its services."""
    return replace(law, services={code: law.services[code] for code in codes if code in law.services})


def _rules(law: Law, code: str, day: date) -> Any:
    """Return what of a service's version on a day bears on answers and windows; equal for equal rules."""
    service = law.services.get(code)
    version = service.version_on(day) if service else None
    if version is None:
        return None
    named = {name for condition in version.conditions for name in facts_in(condition.tree)}
    dates = (version.opens_from, version.anniversary_of, version.done_when)
    facts = {name: law.facts.get(name) for name in {*named, *filter(None, dates)}}
    types = sorted((name, fact.type.value if fact else "") for name, fact in facts.items())
    conditions = tuple((condition.name, condition.tree) for condition in version.conditions)
    rhythm = (version.rhythm, version.schedule, version.due_within, tuple(sorted(version.opens_before.items())))
    return conditions, types, dates, rhythm, version.provision


def changed_services(before: Law, after: Law, day: date) -> set[str]:
    """Return the services whose rules on a day, or on an evaluated day of its year, are not the same in both laws."""
    days = windows.evaluated_days(day)
    codes = {*before.services, *after.services}
    return {code for code in codes if any(_rules(before, code, one) != _rules(after, code, one) for one in days)}


def _turning_days(service_versions: Iterable[Version]) -> Iterator[date]:
    for version in service_versions:
        yield version.from_on
        if version.until:
            yield version.until + timedelta(days=1)


def effective_day(before: Law, after: Law, today: date) -> date:
    """Return today, or the later day by which every service's changed rules have come into force."""
    found = today
    for code in {*before.services, *after.services}:
        versions = [v for law in (before, after) if code in law.services for v in law.services[code].versions]
        days = [today, *sorted({day for day in _turning_days(versions) if day > today})]
        first = next((day for day in days if _rules(before, code, day) != _rules(after, code, day)), today)
        found = max(found, first)
    return found


def _answer_both(link: Any, before: Law, after: Law, day: date) -> None:
    """Make the tables of residents, of changed answers, and of the windows open under either law."""
    link.execute(
        "CREATE OR REPLACE TEMP TABLE preview_resident AS SELECT n, community FROM facts WHERE day = ? AND is_migrant",
        [day],
    )
    for name, law in (("before", before), ("after", after)):
        if law.services:
            windows.determine(link, law, day, registry.county_code(day)[:6])
            link.execute(OPEN_WINDOWS.format(table=f"open_{name}"))
        else:
            link.execute(f"CREATE OR REPLACE TEMP TABLE open_{name} (n bigint, service text)")
        asked = _fact_table(link, law, day)
        answers = answers_select(law, day, relation=asked, keys=("n",), reasons=False)
        link.execute(
            f"CREATE OR REPLACE TEMP TABLE answer_{name} AS SELECT n, service::text AS service, answer::text AS answer"
            f" FROM ({answers})"
        )
    link.execute(DIFFERENT)


def _fact_table(link: Any, law: Law, day: date) -> str:
    """Make the table of those facts of the day's residents that a law asks for; what no roll gives is null."""
    held = _held(link)
    columns = [
        name if name in held else f"NULL::{TYPES[law.facts[name].type]} AS {name}" for name in sorted(_asked(law, day))
    ]
    link.execute(
        f"CREATE OR REPLACE TEMP TABLE preview_fact AS SELECT {', '.join(['n', *columns])}"
        " FROM facts SEMI JOIN preview_resident USING (n) WHERE day = ?",
        [day],
    )
    return "preview_fact"


def _held(link: Any) -> set[str]:
    return {str(row[0]) for row in link.execute("DESCRIBE facts").fetchall()}


def _asked(law: Law, day: date) -> set[str]:
    versions = [version for _, version in law.in_force_on(day)]
    return {name for version in versions for condition in version.conditions for name in facts_in(condition.tree)}


def _missing(link: Any, law: Law, day: date) -> tuple[str, ...]:
    return tuple(sorted(_asked(law, day) - _held(link)))


def _people(link: Any) -> tuple[int, int, int, int]:
    """Return how many live here, get any other answer, gain something, and lose something."""
    people = link.execute("SELECT count(*) FROM preview_resident").fetchall()[0][0]
    counts = link.execute(
        f"SELECT count(DISTINCT n) FILTER ({FLIPPED}), count(DISTINCT n) FILTER (after = 'yes'),"
        " count(DISTINCT n) FILTER (before = 'yes') FROM preview_change"
    ).fetchall()[0]
    return (people, *counts)


def _services(link: Any, before: Law, after: Law, codes: Iterable[str], day: date) -> list[ServiceEffect]:
    counted = {
        row[0]: row[1:]
        for row in link.execute(
            f"SELECT service, {GAINS}, {LOSES}, {UNKNOWN_MADE}, {UNKNOWN_SETTLED} FROM preview_change GROUP BY service"
        ).fetchall()
    }
    opened, closed = (_windows_of(link, *pair) for pair in (("after", "before"), ("before", "after")))
    found = []
    for code in codes:
        gains, loses, made, settled = counted.get(code, (0, 0, 0, 0))
        old, new = before.services.get(code), after.services.get(code)
        version = (new.version_on(day) if new else None) or (old.version_on(day) if old else None)
        found.append(ServiceEffect(
            service=code, name=(new or before.services[code]).name, kind=_kind(before, after, code, day), gains=gains,
            loses=loses, unknown_made=made, unknown_settled=settled, windows_added=opened.get(code, 0),
            windows_removed=closed.get(code, 0), times_a_year=effort.times_a_year(version),
        ))  # fmt: skip
    return found


def _kind(before: Law, after: Law, code: str, day: date) -> str:
    was, comes = (code in law.services and law.services[code].version_on(day) is not None for law in (before, after))
    return "changed" if was == comes else "added" if comes else "removed"


def _windows_of(link: Any, has: str, lacks: str) -> dict[str, int]:
    """Return how many services are owed under one law and not under the other, by service.

    A window that only opens on another day is neither: what is owed to its person stays the same.
    """
    found = link.execute(
        f"SELECT service, count(*) FROM (SELECT n, service FROM open_{has}"
        f" EXCEPT ALL SELECT n, service FROM open_{lacks}) GROUP BY service"
    ).fetchall()
    return {code: int(count) for code, count in found}


def _places(link: Any) -> Iterator[PlaceEffect]:
    rows = link.execute(
        f"SELECT service, community, {GAINS}, {LOSES}, {UNKNOWN_MADE} FROM preview_change"
        f" JOIN preview_resident USING (n) WHERE {FLIPPED} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return (PlaceEffect(*row) for row in rows)


def _sealed(before: Law, after: Law) -> tuple[str, ...]:
    """Return the services behind the seal that differ: nobody outside care counts whom they concern."""
    codes = {code for code in {*before.services, *after.services} if catalogue.is_sealed(code)}
    return tuple(sorted(code for code in codes if before.services.get(code) != after.services.get(code)))


def _without(effects: Iterable[ServiceEffect], what: str) -> tuple[str, ...]:
    return tuple(one.service for one in effects if getattr(one, what) is None)
