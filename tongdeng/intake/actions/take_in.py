"""One roll, all or nothing: read, match, store, rebuild the profiles it touches. One transaction."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections

from tongdeng.access.exports import bulk
from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.catalogue import selectors as catalogue
from tongdeng.delivery import actions as delivery
from tongdeng.intake import locks, pipeline, sealed_rows
from tongdeng.intake.actions.doubts import open_doubts
from tongdeng.intake.actions.receive import refuse_known
from tongdeng.intake.actions.silence import reopen_silent
from tongdeng.intake.errors import Cancelled
from tongdeng.intake.formats import load_format
from tongdeng.intake.pipeline import Sorted
from tongdeng.intake.quality import Counter
from tongdeng.intake.rolls import read_roll
from tongdeng.intake.types import Doubt, RowIn
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org import selectors as org
from tongdeng.people import actions as people
from tongdeng.people import selectors as registry
from tongdeng.people.exports import Batch, records
from tongdeng.people.types import Values

BULK_ROWS = 2_000
Progress = Callable[[str, int, int | None], None]  # step, rows done, rows in all (None while unknown)


class _DryRun(Exception):
    pass


def import_roll(
    *, batch_id: int, path: Path | bytes, by: Actor, dry_run: bool = False, progress: Progress | None = None
) -> dict[str, int]:
    """Take a received roll in and return its counts. Raises UnusableInput or Cancelled; then nothing was changed."""
    counts: dict[str, int] = {}
    try:
        with _no_collector(), acting(by):
            batch = Batch.objects.get(pk=batch_id)
            _lock(batch)
            refuse_known(batch.source, bytes(batch.file_digest), batch.file_name)
            counts = _take_in(batch, path, by, progress or aside(batch_id))
            if dry_run:
                raise _DryRun
            is_closed = Batch.objects.filter(pk=batch_id).exclude(state="cancelled").update(
                state="done", counts=counts, rows_done=counts["rows"], rows_total=counts["rows"],
                finished_at=clock.now(), message=batch.message,
            )  # fmt: skip
            if not is_closed:
                raise Cancelled(batch.file_name)
            audit.record("intake.roll.taken_in", by=by, detail={"batch": batch_id, **counts})
    except _DryRun:
        with acting(by):
            Batch.objects.filter(pk=batch_id).update(
                state="tried", counts=counts, message=batch.message, finished_at=clock.now()
            )
            audit.record("intake.roll.tried", by=by, detail={"batch": batch_id})
    return counts


@contextmanager
def _no_collector() -> Iterator[None]:
    """Rest Python's cycle collector: rows make no cycles, and looking for some takes a quarter of an import's time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _lock(batch: Batch) -> None:
    if not locks.hold_file(locks.file_key(batch.file_digest)):
        raise UnusableInput(
            "intake.file.in_progress",
            Text("同一个文件正在另一处导入", "the same file is being imported by somebody else"),
            place=batch.file_name,
            remedy=Text("等它结束后再看结果", "wait for that import to end and look at its result"),
        )


def _expect_bulk() -> None:
    """Join by hashing: the tables grow within this very transaction, and their statistics do not know it yet."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '128MB'")


def aside(batch_id: int) -> Progress:
    """Write progress on a second connection, since nobody sees into the import's own transaction.

    It also hears there whether somebody stopped the import, and then raises Cancelled.
    """

    def report(step: str, done: int, total: int | None) -> None:
        with connections["aside"].cursor() as cursor:
            cursor.execute(
                "UPDATE people_batch SET state = 'running', rows_done = %s, rows_total = coalesce(%s, rows_total)"
                " WHERE id = %s AND state IN ('waiting', 'running')",
                [done, total, batch_id],
            )
            if not cursor.rowcount:
                cursor.execute("SELECT file_name FROM people_batch WHERE id = %s AND state = 'cancelled'", [batch_id])
                for (name,) in cursor.fetchall():
                    raise Cancelled(name)

    return report


def _read(batch: Batch, path: Path | bytes, progress: Progress) -> tuple[list[RowIn], list[RowIn], Any]:
    today = clock.today()
    stream = read_roll(
        batch.source, path, today=today, communities=org.community_codes(today),
        services=catalogue.bureaus_of_services(), ended=org.ended_codes(today), aliases=county_aliases(),
        name=batch.file_name,
    )  # fmt: skip
    good: list[RowIn] = []
    bad: list[RowIn] = []
    counter = Counter(stream.format, as_at=batch.as_at, county=registry.county_code(today))
    for block in stream:
        counter.add(block)
        for row in block:
            (good if row.accepted else bad).append(row)
        progress("read", stream.counts.rows, None)
    counter.keep(batch.pk)
    return good, bad, stream


def county_aliases() -> Path | None:
    """Return the county's own names for the headers, where it has any."""
    own = Path(settings.TONGDENG_LAW) / "aliases.toml"
    return own if own.exists() else None


def _take_in(batch: Batch, path: Path | bytes, by: Actor, progress: Progress) -> dict[str, int]:
    good, bad, stream = _read(batch, path, progress)
    counted = stream.counts
    locks.hold_register()
    progress("match", counted.rows, counted.rows)
    if counted.rows > BULK_ROWS:
        _expect_bulk()
    _keep_rejects(batch, bad, stream.headers)
    batch.message = {"headers": list(stream.headers), "advice": stream.advice.as_json()}
    counts = {
        "rows": counted.rows, "accepted": counted.accepted, "rejected": counted.rejected, "unchanged": 0, "local": 0,
        "warnings": counted.warned, "new_people": 0, "matched": 0, "review": 0,
    }  # fmt: skip
    if load_format(batch.source).subject:
        counts |= _take_in_people(batch, good, by, lambda step: progress(step, counted.rows, counted.rows))
    else:
        values = [row.values for row in good]
        counts["unchanged"] = len(values) - delivery.store_returns(batch_id=batch.pk, rows=values, by=by)
    return counts


def _take_in_people(batch: Batch, good: list[RowIn], by: Actor, begin: Callable[[str], None]) -> dict[str, int]:
    form = load_format(batch.source)
    known = pipeline.known_rows(batch.source, good)
    good, health = sealed_rows.parted(form, good)
    sorted_rows = pipeline.sort_rows(batch.source, good, known, batch.as_at)
    begin("store")
    people.keep_local_numbers(numbers=sorted_rows.local_numbers, by=by)
    ids = people.store_records(batch_id=batch.pk, new=sorted_rows.new, by=by)
    stated = [(record, one.person_id, one.values) for record, one in zip(ids, sorted_rows.new, strict=True)]
    again = _speaking_again(good, sorted_rows.seen)
    stated += again
    revived = people.see_again(batch_id=batch.pk, seen=sorted_rows.seen, as_at=batch.as_at, by=by)
    people.bring_back(persons=revived, by=by)
    fresh = [
        (r, n.row_number, n.digest, health.get(n.row_number, {})) for r, n in zip(ids, sorted_rows.new, strict=True)
    ]
    sealed_rows.keep(form, batch.pk, fresh, [record for record, _, _ in again], by)
    touched = {one.person_id for one in sorted_rows.new if one.person_id is not None} | set(revived)
    begin("rebuild")
    if "dwelling" in form.makes:
        rows = [(record, values) for record, _, values in stated]
        people.store_dwellings(rows=rows, again=sorted_rows.seen, by=by)
    # A delivery tells no place, but a name, a number and the phone that was last known.
    people.rebuild(persons=touched, on=clock.today(), by=by)
    if "delivery" in form.makes:
        delivery.store_deliveries(rows=[(r, p, values) for r, p, values in stated if p is not None], by=by)
    else:
        delivery.follow_persons(persons=touched, by=by)
    _ask_clerks(sorted_rows, ids, by)
    if again:
        back = {person for _, person, _ in again if person is not None}
        reopen_silent(records=[record for record, _, _ in again], persons=back, by=by)
    return sorted_rows.counts


def _speaking_again(good: list[RowIn], seen: dict[int, int]) -> list[tuple[int, int | None, Values]]:
    """Return (record, person, values) of the known rows that were withdrawn: what hung on them was removed then."""
    silent = registry.silent_records(seen)
    if not silent:
        return []
    rows = {row.number: row.values for row in good}
    return [(record, person, rows[seen[record]]) for record, person in silent.items()]


def _ask_clerks(rows: Sorted, ids: list[int], by: Actor) -> None:
    doubts = [
        Doubt(decision.person, other, ids[position], "row", rows.new[position].weights)
        for position, decision in rows.doubts
        for other in decision.fits
    ]
    open_doubts(doubts=doubts, by=by)


def _keep_rejects(batch: Batch, bad: list[RowIn], headers: Sequence[str]) -> None:
    county, form = registry.county_code(clock.today()), load_format(batch.source)
    bulk.insert(
        "intake_reject",
        ("batch_id", "row_number", "findings", "sealed", "territory"),
        (
            (
                batch.pk,
                row.number,
                pipeline.findings_json(row),
                records.seal(sealed_rows.packed(form, headers, row), "B"),
                county,
            )
            for row in bad
        ),
    )
