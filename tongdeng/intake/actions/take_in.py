"""One roll, all or nothing: read, match, store, rebuild the profiles it touches. One transaction."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connection, connections

from tongdeng.access import selectors as access
from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.catalogue import selectors as catalogue
from tongdeng.delivery import actions as delivery
from tongdeng.intake import exact, locks, probable, sealed_rows
from tongdeng.intake.actions.doubts import open_doubts
from tongdeng.intake.actions.receive import refuse_known
from tongdeng.intake.actions.silence import reopen_silent
from tongdeng.intake.blocks import Block, Noted, Task, blocks, is_shared, own_columns
from tongdeng.intake.errors import Cancelled
from tongdeng.intake.formats import load_format
from tongdeng.intake.matching import METHOD
from tongdeng.intake.second import Second
from tongdeng.intake.types import Counts, Doubt
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.keys.exports import Root, wrapped
from tongdeng.org import selectors as org
from tongdeng.people import actions as people
from tongdeng.people import selectors as registry
from tongdeng.people.exports import Batch, lines, staging
from tongdeng.people.types import Values

FEW_ROWS = 1_000  # most of so many have no candidate
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
    today, services, form = clock.today(), catalogue.bureaus_of_services(), load_format(batch.source)
    domains = {code: access.service_domain(code) for code in services}
    if form.subject:
        domains[""] = registry.domain_of(form.recorded_as)
    roll = lines.Roll(
        form.recorded_as, batch.as_at, clock.now(), today, registry.county_code(today), registry.ranks(), domains,
        org.successors(today),
    )  # fmt: skip
    return Task(
        batch.source, roll, path, batch.file_name, frozenset(org.community_codes(today)), services,
        org.ended_codes(today), county_aliases(), wrapped(Root.REGISTER),
    )  # fmt: skip


def county_aliases() -> Path | None:
    """Return the county's own names for the headers, where it has any."""
    own = Path(settings.TONGDENG_LAW) / "aliases.toml"
    return own if own.exists() else None


def _blocks(task: Task) -> Iterator[Block | Noted]:
    """Yield all blocks of a roll; a second process shares the work on a large file."""
    if not is_shared(task):
        yield from blocks(task)
        return
    with Second(task) as second:
        for block in blocks(task, second.turns):
            yield from second.blocks()
            yield block
        yield from second.blocks(until_end=True)


@dataclass
class _Read:
    """What was found while a roll went into the stage."""

    counts: Counts = field(default_factory=Counts)
    headers: Sequence[str] = ()
    noted: Noted | None = None
    values: list[Values] = field(default_factory=list)
    health: dict[int, tuple[bytes, Values]] = field(default_factory=dict)

    def add(self, said: Block | Noted) -> None:
        """Add a block, or what a reader noted."""
        if isinstance(said, Block):
            self.counts.merge(said.counts)
            self.headers = said.headers
            self.values += said.values
            self.health |= said.health
        elif self.noted is None:
            self.noted = said
        else:
            self.noted.advice.merge(said.advice)
            self.noted.quality.merge(said.quality)


def _stage(task: Task, report: Progress) -> _Read:
    """Take the rows of a file into the stage."""
    found, told = _Read(), 0.0
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE stage_reject ({REJECT}) ON COMMIT DROP")
    for block in _blocks(task):
        found.add(block)
        if isinstance(block, Noted):
            continue
        if block.lean:
            staging.copy(block.lean, block.said)
        if block.rejects:
            with connection.cursor() as cursor, cursor.copy("COPY stage_reject FROM STDIN") as copy:
                copy.write(block.rejects)
        # Each report is a commit of its own on the second connection.
        if time.monotonic() - told > TELL_EVERY:
            told, rows = time.monotonic(), found.counts.rows
            report("read", rows, int(rows / block.share) if block.share else None)
    report("read", found.counts.rows, found.counts.rows)
    return found


def _take_in(batch: Batch, path: Path | bytes, by: Actor, progress: Progress) -> dict[str, int]:
    org.hold_map()  # rows are placed as they are read: the map must not change before they are stored
    task, form = _task(batch, path), load_format(batch.source)
    with staging.stage(form.recorded_as, batch.as_at, own_columns(form)):
        found = _stage(task, progress)
        counted = found.counts
        locks.hold_register()
        if counted.rows > BULK_ROWS:
            _expect_bulk()
        _keep_rejects(batch, task.roll.county)
        assert found.noted is not None  # noqa: S101  every reader ends with it
        found.noted.quality.keep(batch.pk)
        batch.message = {"headers": list(found.headers), "advice": found.noted.advice.as_json()}
        counts = {
            "rows": counted.rows, "accepted": counted.accepted, "rejected": counted.rejected, "unchanged": 0,
            "local": 0, "warnings": counted.warned, "new_people": 0, "matched": 0, "review": 0,
        }  # fmt: skip
        if form.subject:
            counts |= _take_in_people(batch, task, found, by, lambda step: progress(step, counted.rows, counted.rows))
        else:
            counts["unchanged"] = len(found.values) - delivery.store_returns(
                batch_id=batch.pk, rows=found.values, by=by
            )
    return counts


def _take_in_people(batch: Batch, task: Task, found: _Read, by: Actor, begin: Callable[[str], None]) -> dict[str, int]:
    form = load_format(batch.source)
    begin("match")
    if found.counts.rows > FEW_ROWS:
        probable.get_ready()
    unchanged = staging.look_up()
    local = exact.decide()
    people.keep_local_numbers(by=by)
    staging.make_rows(METHOD, task.roll.county)
    staging.claim_numbers()
    begin("link")
    doubts = probable.identify(by=by)
    begin("store")
    roll = task.roll
    people.store_staged(
        batch_id=batch.pk, source=form.recorded_as, recorded_at=roll.recorded_at, on=roll.today, by=by
    )  # fmt: skip
    people.see_again(batch_id=batch.pk, as_at=batch.as_at, by=by)
    again = staging.speaking_again()
    if form.is_sealed:
        fresh = [(record, at, *found.health[at]) for at, record in staging.records_at().items()]
        sealed_rows.keep(form, batch.pk, fresh, list(again), by)
    begin("rebuild")
    if "dwelling" in form.makes:
        people.store_dwellings(by=by)
    # A delivery tells no place, but a name, a number and the phone that was last known.
    people.rebuild_anew(on=roll.today, source=form.recorded_as, recorded_at=roll.recorded_at, by=by)
    if "delivery" in form.makes:
        delivery.store_deliveries(by=by)
    else:
        delivery.follow_anew(by=by)
    counts = staging.count_rows()
    _ask_clerks(doubts, by)
    if again:
        back = {person for person in again.values() if person is not None}
        reopen_silent(records=list(again), persons=back, by=by)
    return {"unchanged": unchanged, "local": local, **counts, "review": _count_asked()}


def _count_asked() -> int:
    """Return how many stored rows have an open doubt, whichever step raised it; a sample is a check and no doubt."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM stage_row s WHERE s.in_doubt AND s.is_new OR s.record_id IN"
            " (SELECT record_id FROM intake_doubt WHERE closed_at IS NULL AND kind <> 'sample')"
        )
        return int(cursor.fetchone()[0])


def _ask_clerks(doubts: Sequence[Doubt], by: Actor) -> None:
    places = staging.records_at({one.record_id for one in doubts if one.record_id is not None})
    asked = probable.of_records(doubts, places)
    asked += [Doubt(person, other, record, "row", weights) for person, other, record, weights in staging.doubted()]
    open_doubts(doubts=asked, by=by)


def _keep_rejects(batch: Batch, county: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_reject (batch_id, row_number, findings, sealed, territory)"
            " SELECT %s, row_number, findings, sealed, %s FROM stage_reject ORDER BY row_number",
            [batch.pk, county],
        )
        cursor.execute("DROP TABLE stage_reject")
