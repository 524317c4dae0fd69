"""Determining: who is owed what, for everyone or for one community."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection

from tongdeng.access.selectors import acting, service_domain
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.catalogue import selectors as catalogue
from tongdeng.kernel import clock
from tongdeng.owed import judged, reconcile, store, windows
from tongdeng.owed.models import Determination, Digest, Reconciliation, Unknown, Window
from tongdeng.owed.types import Totals
from tongdeng.people import selectors as registry
from tongdeng.rules.model import Law
from tongdeng.snapshots import actions as snapshots
from tongdeng.snapshots import selectors as frozen

Tables = Callable[[Any], None]


def _determine(link: Any, law: Law, as_of: date, **how: Any) -> None:
    windows.determine(link, law, as_of, registry.county_code(as_of)[:6], **how)
    link.execute("CREATE OR REPLACE TEMP TABLE service_domain (service text, domain text)")
    link.executemany(
        "INSERT INTO service_domain VALUES (?, ?)", [(code, service_domain(code)) for code in law.services]
    )


def _totals(link: Any, law: Law) -> Totals:
    counts = dict(link.execute("SELECT status, sum(pairs)::BIGINT FROM tally_standing GROUP BY status").fetchall())
    here, unplaced = link.execute("SELECT sum(here)::BIGINT, sum(unplaced)::BIGINT FROM tally_people").fetchall()[0]
    # Whoever has an outcome is served or declined, even where nobody could say today whether it is still due.
    unknown = link.execute(
        "SELECT (SELECT coalesce(sum(pairs), 0) FROM tally_unknown WHERE days & getvariable('last_bit') <> 0)"
        " - (SELECT coalesce(sum(pairs), 0) FROM tally_standing WHERE is_unknown AND status <> 'unknown')"
    ).fetchall()
    return Totals(
        people=here, owed=counts.get("owed", 0), served=counts.get("served", 0), declined=counts.get("declined", 0),
        unknown=int(unknown[0][0]), unplaced=unplaced, law=law.digest,
    )  # fmt: skip


def determine_everyone(
    *, as_of: date, by: Actor, then: Tables | None = None, is_now: bool = True, engine: str = "duckdb"
) -> Totals:
    """Freeze a snapshot, determine everyone on it, write the difference, and hand the tables to `then`.

    Runs under the advisory lock of determinations: two runs at once would write each other's difference. With `is_now`
    false the windows are for `then` only: a look at an earlier day does not make it today. `engine` judges all
    conditions.
    """
    law = catalogue.open_law()
    snapshot = snapshots.freeze(day=as_of, law_digest=law.digest, county=registry.county_code(as_of)[:6], by=by)
    link = frozen.connect()
    frozen.open_snapshot(link, snapshot)
    link.execute(f"SET VARIABLE snapshot = {snapshot.pk}")
    # Another engine is handed its facts through tables that two parts at once would both make.
    by_engine = {} if engine == "duckdb" else {"ask": judged.asking(engine, Path(snapshot.folder)), "at_once": 1}
    _determine(link, law, as_of, parts=frozen.parts(link, snapshot), **by_engine)
    totals = _totals(link, law)
    with acting(by):
        _lock()
        if is_now:
            store.write_difference(link, frozen.numbers_of(snapshot))
            Determination.objects.create(
                day=as_of, law_digest=law.digest, snapshot_id=snapshot.pk, finished_at=clock.now(), counts=vars(totals)
            )
        if then:
            then(link)
        audit.record("owed.everyone.determined", by=by, detail=vars(totals))
    frozen.keep_results(link, snapshot, windows.RESULTS)
    snapshots.drop_older(keep=2, by=by)
    return totals


def determine_place(*, community: str, as_of: date, by: Actor, then: Tables | None = None) -> None:
    """Determine everyone of one community anew: what a single change asks for, exact and within a second."""
    law = catalogue.open_law()
    link = frozen.connect()
    frozen.open_place(link, community, by)
    _determine(link, law, as_of)
    with acting(by):
        _lock()
        store.write_difference(link, frozen.numbers_of_place(community))
        if then:
            then(link)
        audit.record("owed.place.determined", by=by, detail={"community": community})


def reconcile_everyone(*, by: Actor) -> Reconciliation | None:
    """Check the stored windows against those determined anew for the same day and law; keep the result, mend the rest.

    None before the first determination. While a roll waits to be determined nothing is compared, and that is kept too.
    """
    last = Determination.objects.order_by("-id").first()
    if last is None:
        return None
    with acting(by):
        if reconcile.must_wait(last.finished_at):
            waits = _keep_check(last, "waits", reconcile.NOTHING)
            audit.record("owed.everyone.not_reconciled", by=by, detail={"day": last.day.isoformat()})
            return waits
    link = frozen.connect()
    frozen.open_everyone(link, by, reconcile.STORED)
    _determine(link, catalogue.opened(catalogue.law_of(last.law_digest)), last.day)
    with acting(by):
        _lock()
        found = reconcile.compare(link)
        if found.faults or found.waiting:
            store.write_difference(link, frozen.numbers_of_everyone(), trusts=False)
            forget_persons(persons=found.astray, by=by)
        kept = _keep_check(last, "differs" if found.faults else "same", found)
        audit.record(
            "owed.everyone.reconciled", by=by,
            detail={"day": last.day.isoformat(), "differing": found.faults, "waiting": found.waiting},
        )  # fmt: skip
    return kept


def _keep_check(last: Determination, state: str, found: reconcile.Differences) -> Reconciliation:
    return Reconciliation.objects.create(
        day=last.day, law_digest=last.law_digest, finished_at=clock.now(), state=state, windows=found.compared,
        differing=found.faults, waiting=found.waiting, cells=[asdict(cell) for cell in found.cells],
    )  # fmt: skip


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('owed.determination'))")


def forget_persons(*, persons: Iterable[int], by: Actor) -> None:
    """Remove what is stored of retired persons, whom no determination meets any more."""
    gone = sorted(persons)
    Window.objects.filter(person_id__in=gone).delete()
    Unknown.objects.filter(person_id__in=gone).delete()
    Digest.objects.filter(person_id__in=gone).delete()
    audit.record("owed.persons.forgotten", by=by, subjects=gone)
