"""One roll, all or nothing: read, match, store, rebuild the profiles it touches. One transaction."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, connections

from tongdeng.access import selectors as access
from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.catalogue import selectors as catalogue
from tongdeng.delivery import actions as delivery
from tongdeng.intake import exact
from tongdeng.intake.actions.receive import refuse_known
from tongdeng.intake.blocks import Block, Task, blocks, is_shared, own_table
from tongdeng.intake.errors import Cancelled
from tongdeng.intake.formats import load_format
from tongdeng.intake.second import Second
from tongdeng.intake.types import Counts
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org import selectors as org
from tongdeng.people import actions as people
from tongdeng.people import selectors as registry
from tongdeng.people.exports import Batch, lines, staging
from tongdeng.people.types import Values
from tongdeng.work import actions as work

BULK_ROWS = 50_000
TELL_EVERY = 0.3  # seconds
REJECT = "row_number bigint, findings jsonb, sealed bytea"
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
            Batch.objects.filter(pk=batch_id).update(state="tried", counts=counts, finished_at=clock.now())
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
    key = int.from_bytes(bytes(batch.file_digest)[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [key])
        if not cursor.fetchone()[0]:
            raise UnusableInput(
                "intake.file.in_progress",
                Text("同一个文件正在另一处导入", "the same file is being imported by somebody else"),
                place=batch.file_name,
                remedy=Text("等它结束后再看结果", "wait for that import to end and look at its result"),
            )


def _expect_bulk() -> None:
    """Join by hashing: the tables grow within this very transaction, and their statistics do not know it yet."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '256MB'")


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


def _task(batch: Batch, path: Path | bytes) -> Task:
    today, services = clock.today(), catalogue.bureaus_of_services()
    domains = {"": registry.domain_of(batch.source)} | {code: access.service_domain(code) for code in services}
    roll = lines.Roll(
        batch.source, batch.as_at, clock.now(), today, registry.county_code(today), registry.ranks(), domains
    )
    communities = frozenset(org.community_codes(today))
    return Task(roll, path, batch.file_name, communities, services, county_aliases())


def county_aliases() -> Path | None:
    """Return the county's own names for the headers, where it has any."""
    own = Path(settings.TONGDENG_LAW) / "aliases.toml"
    return own if own.exists() else None


def _blocks(task: Task) -> Iterator[Block]:
    """Yield all blocks of a roll; a second process shares the work on a large file."""
    if not is_shared(task.file):
        yield from blocks(task)
        return
    with Second(task) as second:
        for block in blocks(task, second.turns):
            yield from second.blocks()
            yield block
        yield from second.blocks(until_end=True)


def _stage(batch: Batch, task: Task, report: Progress) -> tuple[Counts, list[Values]]:
    """Take the rows of a file into the stage; return what was counted, and the values of a roll about nobody."""
    counted, values, told = Counts(), [], 0.0
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE stage_reject ({REJECT}) ON COMMIT DROP")
    for block in _blocks(task):
        counted += block.counts
        values += block.values
        batch.message = {"headers": list(block.headers)}
        if block.lean:
            staging.copy(block.lean, block.said)
        if block.rejects:
            with connection.cursor() as cursor, cursor.copy("COPY stage_reject FROM STDIN") as copy:
                copy.write(block.rejects)
        # One commit on the second connection each time: a block takes hardly longer than that.
        if time.monotonic() - told > TELL_EVERY:
            told = time.monotonic()
            report("read", counted.rows, int(counted.rows / block.share) if block.share else None)
    report("read", counted.rows, counted.rows)
    return counted, values


def _take_in(batch: Batch, path: Path | bytes, by: Actor, progress: Progress) -> dict[str, int]:
    task = _task(batch, path)
    with staging.stage(batch.source, batch.as_at, own_table(batch.source)):
        counted, values = _stage(batch, task, progress)
        if counted.rows > BULK_ROWS:
            _expect_bulk()
        _keep_rejects(batch, task.roll.county)
        counts = {
            "rows": counted.rows, "accepted": counted.accepted, "rejected": counted.rejected, "unchanged": 0,
            "local": 0, "warnings": counted.warned, "new_people": 0, "matched": 0, "review": 0,
        }  # fmt: skip
        if load_format(batch.source).subject:
            counts |= _take_in_people(batch, task, by, lambda step: progress(step, counted.rows, counted.rows))
        else:
            counts["unchanged"] = len(values) - delivery.store_returns(batch_id=batch.pk, rows=values, by=by)
    return counts


def _take_in_people(batch: Batch, task: Task, by: Actor, begin: Callable[[str], None]) -> dict[str, int]:
    begin("match")
    unchanged = staging.look_up()
    local = exact.decide()
    people.keep_local_numbers(by=by)
    staging.make_rows(exact.METHOD, task.roll.county)
    begin("store")
    people.store_staged(batch_id=batch.pk, source=batch.source, recorded_at=task.roll.recorded_at, by=by)
    people.see_again(batch_id=batch.pk, as_at=batch.as_at, by=by)
    begin("rebuild")
    if batch.source == "housing":
        people.store_dwellings(by=by)
    if batch.source == "deliveries":
        # A delivery says nothing of where a person lives, so only persons it made need a profile.
        staging.touch_new_only()
    people.rebuild_touched(on=task.roll.today, by=by)
    if batch.source == "deliveries":
        delivery.store_deliveries(by=by)
    else:
        delivery.follow_touched(by=by)
    counts = staging.count_rows()
    _ask_clerks(by)
    return {"unchanged": unchanged, "local": local, **counts}


def _ask_clerks(by: Actor) -> None:
    items = staging.doubted()
    work.open_tasks(kind="people.review", items=items, due_in_days=30, by=by)


def _keep_rejects(batch: Batch, county: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_reject (batch_id, row_number, findings, sealed, territory)"
            " SELECT %s, row_number, findings, sealed, %s FROM stage_reject ORDER BY row_number",
            [batch.pk, county],
        )
        cursor.execute("DROP TABLE stage_reject")
