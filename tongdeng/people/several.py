"""Profiles of the persons whom a roll makes by several rows, resolved while the server stores the rest.

All that is known of them is staged, so that nothing is sealed or keyed a second time. The server and this process work
at once; what waits between them are a few blocks.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from types import TracebackType
from typing import Any, Self

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.org import selectors as org
from tongdeng.people import caches, identity, lines, records, selectors
from tongdeng.people.types import Statement

PERSONS = 2_000  # a block
AHEAD = 8  # blocks that may wait: bounds memory
STAGED = """
SELECT s.person_id, s.territory, s.position, s.record_id, d.sealed, s.domain, s.as_at, s.row_on, s.digest,
  s.number_key, d.id_sealed, d.claimed_index, d.claimed_sealed, s.phone_key, d.phone_sealed
FROM stage_row s JOIN stage_several v USING (person_id) JOIN stage_said d USING (position)
WHERE v.is_made ORDER BY s.person_id"""
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a block of persons comes to."""

    count: int
    identities: bytes  # lines for COPY
    moved: list[tuple[int, str]]  # persons who live elsewhere than where their rows were placed
    outdated: bytes  # lines with the positions of rows that tell of no spell, or of one that a newer row tells better


class Resolver:
    """Takes the persons in `stage_several` whom the roll makes, and writes their identities; in the end says `moved`.

    Fills `stage_outdated`.
    """

    def __init__(self, source: str, recorded_at: datetime, on: date) -> None:
        self.moved: list[tuple[int, str]] = []
        self.count = 0
        self._blocks = _blocks()
        self._resolve = _resolving(source, recorded_at, on)
        self._worker = ThreadPoolExecutor(1)
        self._waiting: list[Future[Resolved]] = []

    def __enter__(self) -> Self:
        bulk.values("stage_outdated", "position", "bigint", ())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._worker.shutdown(cancel_futures=True)
        self._blocks.close()

    def feed(self) -> None:
        """Give the worker something to do while the server has; not before, or both would want this process at once."""
        fetched = list(islice(self._blocks, AHEAD - len(self._waiting)))
        self._waiting += [self._worker.submit(self._resolve, block) for block in fetched]

    def store(self) -> None:
        """Write what is ready."""
        done = []
        while self._waiting and self._waiting[0].done():
            done.append(self._waiting.pop(0).result())
        self._write(done)

    def finish(self) -> None:
        """Write all that is left."""
        while self._waiting or self._fed():
            self._write([self._waiting.pop(0).result()])

    def _fed(self) -> bool:
        self.feed()
        return bool(self._waiting)

    def _write(self, done: Sequence[Resolved]) -> None:
        if not done:
            return
        bulk.insert_lines("people_identity", caches.IDENTITY, (one.identities for one in done))
        self.count += sum(one.count for one in done)
        self.moved += [move for one in done for move in one.moved]
        with connection.cursor() as cursor, cursor.copy("COPY stage_outdated FROM STDIN") as copy:
            for one in done:
                copy.write(one.outdated)


def _blocks() -> Iterator[list[list[Row]]]:
    """Yield the staged rows of some persons at a time, those of one person together."""
    persons: list[list[Row]] = []
    for row in bulk.streamed(STAGED, PERSONS):
        if persons and persons[-1][0][0] == row[0]:
            persons[-1].append(row)
            continue
        if len(persons) == PERSONS:
            yield persons
            persons = []
        persons.append([row])
    if persons:
        yield persons


def _resolving(source: str, recorded_at: datetime, on: date) -> Callable[[list[list[Row]]], Resolved]:
    """Return what resolves a block; it runs beside the connection and must not use it."""
    ranks, successors, county = selectors.ranks(), org.successors(on), selectors.county_code(on)

    def resolve(block: list[list[Row]]) -> Resolved:
        identities: list[caches.Line] = []
        moved: list[tuple[int, str]] = []
        outdated: list[tuple[int]] = []
        for rows in block:
            person, placed = rows[0][:2]
            statements = [_statement(row, source, recorded_at) for row in rows]
            profile = identity.resolve(statements, ranks, on, successors)
            territory = profile.community or county
            sealed = dict(_sealed(rows, statements))
            identities.append(caches.identity_row(person, profile, territory, sealed=sealed))
            if territory != placed:
                moved.append((person, territory))
            telling = {spell.record_id for spells in profile.spells.values() for spell in spells}
            outdated.extend((row[2],) for row in rows if row[3] not in telling)
        return Resolved(len(identities), lines.of(identities), moved, lines.of(outdated))

    return resolve


def _statement(row: Row, source: str, recorded_at: datetime) -> Statement:
    _, _, _, record, sealed, domain, as_at, row_on, digest, *_ = row
    return Statement(record, source, records.unseal(sealed, domain), as_at, row_on, recorded_at, digest)


def _sealed(rows: Sequence[Row], statements: Sequence[Statement]) -> Iterator[tuple[tuple[int, str], caches.Sealed]]:
    """Yield what was sealed and keyed when the rows were read, by kind and value."""
    for row, statement in zip(rows, statements, strict=True):
        told: Mapping[str, Any] = statement.values
        number_key, id_sealed, claimed_key, claimed_sealed, phone_key, phone_sealed = row[9:]
        if number := told.get("id_number"):
            yield (records.ID, number), (id_sealed, number_key)
        if (claimed := told.get("id_claimed")) and claimed_key:
            yield (records.CLAIMED, claimed), (claimed_sealed, claimed_key)
        if phone := told.get("phone"):
            yield (records.PHONE, phone), (phone_sealed, phone_key)
