"""Sorts the good rows of a roll: already known, of a registered resident, or new and whose."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from tongdeng.access.selectors import service_domain
from tongdeng.intake import sealed_rows
from tongdeng.intake.formats import load_format
from tongdeng.intake.matching import METHOD, Clue, Decision, Register, match
from tongdeng.intake.types import RowIn
from tongdeng.intake.validation import digest_text
from tongdeng.kernel import clock, ids
from tongdeng.people import selectors as registry
from tongdeng.people.exports import records
from tongdeng.people.types import NewRecord


@dataclass
class Sorted:
    """What becomes of the good rows. Positions in `doubts` count within `new`."""

    new: list[NewRecord] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)  # record id -> row number
    local_numbers: dict[bytes, date | None] = field(default_factory=dict)
    doubts: list[tuple[int, Decision]] = field(default_factory=list)  # position, whom it may be
    made: set[int] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """The digest of each row, in order, and the records that are already there."""

    digests: list[bytes]
    records: dict[bytes, int]


def findings_json(row: RowIn) -> str:
    """Return what is wrong with a rejected row."""
    said = [{"column": f.column, "code": f.code, "zh": f.message.zh, "en": f.message.en} for f in row.errors]
    return json.dumps(said, ensure_ascii=False)


def known_rows(source: str, rows: Sequence[RowIn]) -> Known:
    """Return the rows' identities and which of them the register has already."""
    form = load_format(source)
    digest = sealed_rows.digest_of(form)
    digests = [digest(digest_text(form, row.values)) for row in rows]
    return Known(digests, registry.records_by_digest(set(digests)))


@lru_cache(maxsize=16)
def _date_keys(source: str) -> tuple[str, ...]:
    return tuple(load_format(source).row_date)


def _row_date(source: str, values: dict[str, Any]) -> date | None:
    stated = (values.get(key) for key in _date_keys(source))
    return next((date.fromisoformat(text) for text in stated if text), None)


def _clue(row: RowIn) -> Clue:
    values = row.values
    number = values.get("id_number")
    disputed = any(f.code == "id.birth_disagrees" for f in row.warnings)
    triple = records.triple_of({**values, "id_number": None} if disputed else values)
    name = str(values.get("name", ""))
    key = records.index(records.ID, str(number)) if number else None
    return Clue(key, triple, needs_name=bool(number and disputed), name=name)


def _register(clues: Sequence[Clue]) -> Register:
    keys = {key for clue in clues for key in (clue.number, clue.triple) if key}
    by_key = registry.persons_by_key(keys)
    persons = {person for found in by_key.values() for person in found}
    numbers: dict[int, set[bytes]] = {}
    for person, found in registry.numbers_of(persons).items():
        numbers[person] = {key for kind, key in found if kind == records.ID}
    named = {p for clue in clues if clue.needs_name for p in by_key.get(clue.number or b"", ())}
    return Register(by_key, numbers, registry.names_of(named))


def _fresh_ids(count: int) -> list[int]:
    drawn: set[int] = set()
    while len(drawn) < count:
        drawn |= {int(ids.new_person_id()) for _ in range(count - len(drawn))}
        drawn -= registry.taken_person_ids(drawn)
    return list(drawn)


Fresh = tuple[RowIn, bytes, Clue]


def _is_local(row: RowIn, clue: Clue, on: date | None, local: Mapping[bytes, date | None], county: str) -> bool:
    """Tell whether a row is of somebody registered here: by its own hukou, or by a number we know as a resident's.

    A number whose birth date the row contradicts may be a parent's and says nothing about the row's own person.
    """
    division = str(row.values.get("hukou_code") or "")
    if division.startswith(county[:6]):
        return True
    if clue.needs_name or clue.number not in local:
        return False
    known_on = local[clue.number]
    # A row that says otherwise and is newer tells of somebody who has moved away since.
    return not division or (on is not None and known_on is not None and on <= known_on)


def _unknown_rows(rows: Sequence[RowIn], known: Known, found: Sorted) -> list[Fresh]:
    """Return the rows not known yet with their clues; the others are counted and seen again."""
    fresh: list[Fresh] = []
    taken: set[bytes] = set()
    for row, digest in zip(rows, known.digests, strict=True):
        record = known.records.get(digest)
        if record is None and digest not in taken:
            taken.add(digest)
            fresh.append((row, digest, _clue(row)))
            continue
        if record is not None:
            found.seen.setdefault(record, row.number)
    found.counts["unchanged"] = len(rows) - len(fresh)
    return fresh


def _keep_number(found: Sorted, clue: Clue, on: date | None) -> None:
    if clue.number and not clue.needs_name:
        newest = max(filter(None, (found.local_numbers.get(clue.number), on)), default=None)
        found.local_numbers[clue.number] = newest


def sort_rows(source: str, rows: Sequence[RowIn], known: Known, as_at: date) -> Sorted:
    """Return what becomes of each good row; nothing is written yet."""
    found, county = Sorted(), registry.county_code(clock.today())
    fresh = _unknown_rows(rows, known, found)
    register = _register([clue for _, _, clue in fresh])
    local = registry.local_numbers({clue.number for _, _, clue in fresh if clue.number})
    kept: list[Fresh] = []
    residents: list[Fresh] = []
    homes: list[Fresh] = []
    for one in fresh:
        row, _, clue = one
        if not clue.name and not register.bearers(clue.number):
            homes.append(one)  # a dwelling that stands empty, or whose tenant cannot be told
        elif _is_local(row, clue, _row_date(source, row.values), local, county):
            residents.append(one)
        else:
            kept.append(one)
    supply = iter(_fresh_ids(len(fresh)))
    _settle(found, source, as_at, kept, match([clue for _, _, clue in kept], register, lambda: next(supply)))
    # Residents are judged last, when everybody of this very roll is known: one who is in the register has settled here.
    settled = [one for one in residents if register.fits(one[2])]
    _settle(found, source, as_at, settled, match([clue for _, _, clue in settled], register, lambda: next(supply)))
    others = {id(one) for one in settled}
    for one in residents:
        if id(one) not in others:
            _keep_number(found, one[2], _row_date(source, one[0].values))
    for row, digest, _ in homes:
        found.new.append(_record(source, row, digest, as_at, None, is_new=False))
    persons = len(kept) + len(settled)
    found.counts |= {
        "local": len(residents) - len(settled),
        "new_people": len(found.made),
        "matched": persons - len(found.made),
        "review": len(found.doubts),
    }
    return found


def _settle(found: Sorted, source: str, as_at: date, kept: Sequence[Fresh], decisions: Sequence[Decision]) -> None:
    for (row, digest, _), decision in zip(kept, decisions, strict=True):
        if decision.in_doubt:
            found.doubts.append((len(found.new), decision))
        if decision.is_new:
            found.made.add(decision.person)
        found.new.append(_record(source, row, digest, as_at, decision, is_new=decision.is_new))


def _record(
    source: str, row: RowIn, digest: bytes, as_at: date, decision: Decision | None, *, is_new: bool
) -> NewRecord:
    values: dict[str, Any] = dict(row.values)
    if decision and decision.number_is_claimed:
        # Somebody else's number, by its birth date: it is kept for the clerk and identifies nobody.
        values["id_claimed"] = values.pop("id_number")
    if row.extra:
        values["extra"] = row.extra
    kept_as = load_format(source).recorded_as
    domain = service_domain(values["service"]) if "service" in values else registry.domain_of(kept_as)
    return NewRecord(
        source=kept_as, digest=digest, values=values, domain=domain, as_at=as_at,
        row_on=_row_date(source, values), row_number=row.number, person_id=decision.person if decision else None,
        is_new_person=is_new, method=METHOD, weights={"basis": decision.basis} if decision else {},
    )  # fmt: skip
