"""Every answer for one person, explained, and the page that shows them, beside a bare read of the person's rows."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.measure import AS_OF

ROLLS = ("police", "hrss", "education", "housing", "deliveries")
PERSONS = 500
TARGETS = {"bare": "", "explained": "target: p95 30 ms", "page": "target: p95 100 ms", "why": ""}


def bench_explain(folder: Path, people: int) -> None:
    """Explain every service to 500 people of a county, one after the other, each for the first time."""
    persons = _county(folder, people)
    print(f"one person, every service in force, {len(persons)} of {people:,} people")
    _say("a bare read of the person's rows", _timed(_bare, persons), TARGETS["bare"])
    _say("every answer explained", _timed(_explained(), persons), TARGETS["explained"])
    show, why = _pages()
    _say("the person's page", _timed(show, persons), TARGETS["page"])
    _say("one answer on it, with what time will change", _timed(why, persons), TARGETS["why"])


def take_county(folder: Path, people: int) -> None:
    """Take in the rolls of a county in a new database and determine everyone."""
    from tests.databases import logged_in_as, open_empty
    from tongdeng.audit.types import command
    from tongdeng.insight import actions as insight
    from tongdeng.intake import actions as intake
    from tongdeng.synth.files import write_county

    open_empty()
    write_county(people=people, seed=1, out=folder, as_of=AS_OF, noise=1)
    with logged_in_as("job"):
        for source in ROLLS:
            path, by = folder / f"{source}.csv", command("intake")
            batch = intake.receive_roll(source=source, path=path, as_at=AS_OF, by=by)
            intake.import_roll(batch_id=batch, path=path, by=by)
        insight.refresh_everyone(as_of=AS_OF, by=command("determine"))


def _county(folder: Path, people: int) -> list[int]:
    """Take in a county; returns some of its people."""
    from django.db import connection

    from tests.databases import logged_in_as
    from tongdeng.access.selectors import acting
    from tongdeng.audit.types import command

    take_county(folder, people)
    with logged_in_as("job"), acting(command("serve")), connection.cursor() as cursor:
        cursor.execute("SELECT person_id FROM people_identity ORDER BY md5(person_id::text) LIMIT %s", [PERSONS])
        return [int(row[0]) for row in cursor.fetchall()]


def _bare(person: int) -> None:
    from tests.posts import staffed
    from tongdeng.access.selectors import acting
    from tongdeng.snapshots import selectors as frozen

    with acting(staffed("office")):
        frozen.rows_of(person)


def _explained() -> Callable[[int], None]:
    from tests.posts import staffed
    from tongdeng.access.selectors import acting, domains_of
    from tongdeng.owed import selectors as owed

    by, domains = staffed("office"), domains_of("office")

    def explain(person: int) -> None:
        with acting(by):
            known = owed.known_now(person, domains)
            facts = known.on([AS_OF])[AS_OF]
            for service, _ in known.law.in_force_on(AS_OF):
                owed.explain(known.law, service.code, AS_OF, facts)

    return explain


def _pages() -> tuple[Callable[[int], None], Callable[[int], None]]:
    from tests.posts import COUNTY, signed_in
    from tongdeng.kernel import ids

    client = signed_in("office", COUNTY)

    def show(person: int) -> None:
        assert client.get(f"/people/{ids.show(person)}/").status_code == 200

    def why(person: int) -> None:
        asked = {"service": "PSB-02"}
        answer = client.get(f"/people/{ids.show(person)}/", asked, headers={"HX-Request": "true"})
        assert answer.status_code == 200

    return show, why


def _timed(work: Callable[[int], Any], persons: list[int]) -> list[tuple[float, float]]:
    """Return seconds by the clock and of this process for each person; the first one warms up and is left out."""
    work(persons[0])
    taken = []
    for person in persons[1:]:
        begun, used = time.perf_counter(), time.process_time()
        work(person)
        taken.append((time.perf_counter() - begun, time.process_time() - used))
    return taken


def _say(name: str, taken: list[tuple[float, float]], target: str) -> None:
    told = []
    for of in zip(*taken, strict=True):
        ordered = sorted(of)
        told.append([1000 * ordered[int(len(ordered) * share)] for share in (0.5, 0.95)] + [1000 * ordered[-1]])
    (p50, p95, most), (cpu50, cpu95, _) = told
    print(
        f"{name:<46}p50 {p50:6.1f}  p95 {p95:6.1f}  max {most:6.1f} ms   of it own CPU {cpu50:.1f} / {cpu95:.1f}"
        f"   {target}",
        flush=True,
    )
