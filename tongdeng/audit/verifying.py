"""Recomputes the whole chain from the tables themselves, in one pass and flat memory, and names what does not fit.

It reads as the owner: the working logins see entries only through functions, which a hostile owner could replace.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connections

from tongdeng.audit import chain
from tongdeng.audit.sealing import MOST, SEAL_COLUMNS, seal_of
from tongdeng.audit.types import Fault, Verdict

RETIRED = b"audit.entries.retired"
KEPT_YEARS = 3
MOST_FAULTS = 100
_LINES = f"COPY (SELECT {', '.join(chain.COLUMNS)} FROM ONLY audit_entry ORDER BY id) TO STDOUT"
_SEALS = f"SELECT {', '.join(SEAL_COLUMNS)}, signature, prints FROM ONLY audit_seal ORDER BY number"


@dataclass
class _Course:
    """Where the recomputation stands."""

    public: bytes
    expected: Mapping[int, bytes]  # digests of seals that were noted or witnessed elsewhere
    arrived: dict[int, tuple[bytes, str]] = field(default_factory=dict)  # read and in no seal yet: leaf, code
    open: list[tuple[int, int, int]] = field(default_factory=list)  # numbers that may still arrive, and their horizon
    former: chain.Seal | None = None
    faults: list[tuple[int, int, Fault]] = field(default_factory=list)  # where in the chain, seals before entries
    retirements: list[tuple[int, int, datetime]] = field(default_factory=list)
    emptied: list[chain.Seal] = field(default_factory=list)  # seals of which no entry is left
    entries: int = 0
    sealed: int = 0
    oldest: int = 0  # the first seal that still has entries

    @property
    def last(self) -> int:
        """Return the highest number sealed so far."""
        return self.former.last if self.former else 0

    def seal_fault(self, kind: str, seal: int) -> None:
        """Note a seal that does not fit."""
        self._note(self.last + 1, 0, Fault(kind, seal))

    def entry_fault(self, kind: str, seal: int | None, entry: int, code: str = "") -> None:
        """Note an entry that does not fit."""
        self._note(entry, 1, Fault(kind, seal, entry, code))

    def _note(self, position: int, rank: int, fault: Fault) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append((position, rank, fault))

    def may_arrive(self, number: int) -> bool:
        """Tell whether a number below the last one is still waited for."""
        return any(low <= number < high for low, high, _ in self.open)


@contextmanager
def _reading() -> Iterator[tuple[Any, Any]]:
    """Open two connections of the owner's, the first with the older view: every entry its seals cover is seen."""
    owner = connections["owner"]
    pair = [owner.copy(), owner.copy()]
    try:
        for one in pair:
            with one.cursor() as cursor:
                cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SET timezone = 'UTC'")
                cursor.execute("SET datestyle = 'ISO, YMD'")
        yield pair[0], pair[1]
    finally:
        for one in pair:
            one.close()


def verify(public: bytes, expected: Mapping[int, bytes]) -> Verdict:
    """Recompute everything. `expected` names digests of seals that must be there: from a witness or the noted head."""
    course = _Course(public, expected)
    with _reading() as (first, second):
        raw = first.connection
        with raw.transaction(), raw.cursor(name="seals") as seals:
            seals.itersize = 2000
            seals.execute(_SEALS)
            begun = seals.fetchmany(1)  # now its view is fixed
            with second.cursor() as cursor, cursor.copy(_LINES) as lines:
                numbered = _numbered(lines, course)
                waiting = next(numbered, None)
                while begun:
                    for *columns, signature, prints in begun:
                        seal = seal_of(columns)
                        while waiting is not None and waiting[0] <= seal.last:
                            course.arrived[waiting[0]] = waiting[1:]
                            waiting = next(numbered, None)
                        _seal(course, seal, bytes(signature), bytes(prints))
                    begun = seals.fetchmany(2000)
                tail = 0
                while waiting is not None:
                    tail += 1
                    waiting = next(numbered, None)
    return _verdict(course, tail)


def _numbered(lines: Any, course: _Course) -> Iterator[tuple[int, bytes, str]]:
    for data in lines:
        line = bytes(data)[:-1]
        course.entries += 1
        # Three fields suffice: id, at, code.
        number, at, code, _ = line.split(b"\t", 3)
        if code == RETIRED:
            _retirement(course, at, line)
        yield int(number), chain.leaf(line), code.decode()


def _retirement(course: _Course, at: bytes, line: bytes) -> None:
    with suppress(ValueError, KeyError, TypeError):  # one that cannot be read excuses nothing
        detail = json.loads(line.rpartition(b"\t")[2])
        course.retirements.append((int(detail["first"]), int(detail["last"]), datetime.fromisoformat(at.decode())))


def _seal(course: _Course, seal: chain.Seal, signature: bytes, prints: bytes) -> None:
    """Hold one seal against the one before it, its signature, and the entries it covers."""
    former = course.former
    due = former.number + 1 if former else 1
    if seal.number != due:
        course.seal_fault("seal_missing", due)
    elif seal.previous != (former.digest if former else chain.NOTHING):
        # Which of the two was touched, its signature tells; if both are good, they were never neighbours.
        course.seal_fault("seal_unchained", seal.number)
    if not seal.is_signed(signature, course.public):
        course.seal_fault("seal_unsigned", seal.number)
    if course.expected.get(seal.number, seal.digest) != seal.digest:
        course.seal_fault("seal_replaced", seal.number)
    try:
        ranges, holes = chain.read(seal.ids), chain.read(seal.holes)
    except ValueError:
        ranges, holes = [], []
    if seal.entries > MOST or sum(high - low for low, high in ranges) != seal.entries:
        course.seal_fault("seal_miscounted", seal.number)
        ranges = []
    _entries(course, seal, [number for low, high in ranges for number in range(low, high)], prints)
    if former is not None and former.cluster != seal.cluster:
        course.open.clear()
    course.open = [one for one in (*course.open, *((*hole, seal.horizon) for hole in holes)) if one[2] > seal.settled]
    course.former = seal


def _entries(course: _Course, seal: chain.Seal, ids: list[int], prints: bytes) -> None:
    """Hold the entries a seal covers against its root; the prints beside it tell which one no longer fits."""
    moved = course.former is not None and course.former.cluster != seal.cluster
    leaves, missing, is_named = [], [], False
    for at, number in enumerate(ids):
        found = course.arrived.pop(number, None)
        if number <= course.last and (moved or not course.may_arrive(number)):
            course.entry_fault("late", seal.number, number, found[1] if found else "")
        if found is None:
            missing.append(number)
            continue
        leaves.append(found[0])
        if found[0][: chain.PRINT] != prints[at * chain.PRINT : (at + 1) * chain.PRINT]:
            course.entry_fault("changed", seal.number, number, found[1])
            is_named = True
    course.sealed += len(leaves)
    if missing and not leaves:
        course.emptied.append(seal)
    for number in missing if leaves else ():
        course.entry_fault("removed", seal.number, number)
    if leaves and not missing and not is_named and chain.root_of(leaves) != seal.root:
        course.entry_fault("unfit", seal.number, ids[0])
    if leaves and not course.oldest:
        course.oldest = seal.number


def _verdict(course: _Course, tail: int) -> Verdict:
    last = course.former.number if course.former else 0
    if any(number > last for number in course.expected):
        course.seal_fault("seals_cut", last + 1)
    # What was read and is in no seal: still to be sealed if its number was waited for, else it was put in afterwards.
    waited = [number for number in course.arrived if course.may_arrive(number)]
    for number in sorted(course.arrived.keys() - set(waited)):
        course.entry_fault("inserted", None, number, course.arrived[number][1])
    retired = _retired(course)
    first = min(course.faults, key=lambda one: one[:2], default=None)
    return Verdict(
        entries=course.entries, sealed=course.sealed, unsealed=tail + len(waited), seals=last, retired=retired,
        faults=len(course.faults), first=first[2] if first else None,
    )  # fmt: skip


def _retired(course: _Course) -> int:
    """Return how many of the oldest seals lost their entries lawfully; others without any were robbed."""
    count = 0
    for seal in course.emptied:
        ids = chain.read(seal.ids)
        is_told = any(
            first <= ids[0][0] and ids[-1][1] - 1 <= last and at >= kept_until(seal.sealed_at)
            for first, last, at in course.retirements
        )
        if is_told and not (course.oldest and seal.number > course.oldest):
            count += 1
            continue
        for number in (number for low, high in ids for number in range(low, high)):
            course.entry_fault("removed", seal.number, number)
    return count


def kept_until(sealed_at: datetime) -> datetime:
    """Return from when the entries of a seal may be removed."""
    return sealed_at.replace(year=sealed_at.year + KEPT_YEARS, day=min(sealed_at.day, 28))


def retirable_until(now: datetime) -> datetime:
    """Return before when an entry must have been sealed in order to be removed now."""
    return now.replace(year=now.year - KEPT_YEARS, day=min(now.day, 28))
