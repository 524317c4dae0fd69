"""Sorts the good rows of a roll: already known, of a registered resident, or new and whose."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from tongdeng.access.selectors import service_domain
from tongdeng.intake.formats import load_format
from tongdeng.intake.matching import METHOD, Clue, Decision, Register, match
from tongdeng.intake.types import RowIn
from tongdeng.intake.validation import digest_text
from tongdeng.kernel import citizen_id, clock, ids
from tongdeng.people import selectors as registry
from tongdeng.people.exports import records
from tongdeng.people.types import NewRecord


@dataclass
class Sorted:
    """What becomes of the good rows. Positions in `doubts` count within `new`."""

    new: list[NewRecord] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)  # record id -> row number
    local_numbers: dict[bytes, date | None] = field(default_factory=dict)
    doubts: list[tuple[int, int]] = field(default_factory=list)  # position, person
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
    digests = [records.row_digest(source, digest_text(form, row.values)) for row in rows]
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
    born, sex = values.get("born_on"), values.get("sex")
    if number and not disputed:
        day = citizen_id.born_on(str(number))
        born, sex = day.isoformat() if day else born, citizen_id.sex(str(number))
    name = str(values.get("name", ""))
    triple = records.name_birth_sex(name, str(born), str(sex)) if born and sex else None
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


def _is_local(row: RowIn, clue: Clue, register: Register, local: set[bytes], county: str) -> bool:
    """Tell whether a row is of somebody registered here whom the register does not know: none of our business."""
    if register.bearers(clue.number) or register.bearers(clue.triple):
        return False
    division = row.values.get("hukou_code")
    if division:
        return str(division).startswith(county[:6])
    return clue.number in local


def sort_rows(source: str, rows: Sequence[RowIn], known: Known, as_at: date) -> Sorted:
    """Return what becomes of each good row; nothing is written yet."""
    found, county = Sorted(), registry.county_code(clock.today())
    unchanged = 0
    fresh: list[tuple[RowIn, bytes]] = []
    taken: set[bytes] = set()
    for row, digest in zip(rows, known.digests, strict=True):
        record = known.records.get(digest)
        if record is not None or digest in taken:
            unchanged += 1
            if record is not None:
                found.seen.setdefault(record, row.number)
            continue
        taken.add(digest)
        fresh.append((row, digest))
    clues = [_clue(row) for row, _ in fresh]
    register = _register(clues)
    local = registry.local_numbers({clue.number for clue in clues if clue.number})
    kept: list[tuple[RowIn, bytes, Clue]] = []
    homes: list[tuple[RowIn, bytes]] = []
    for (row, digest), clue in zip(fresh, clues, strict=True):
        if not clue.name:
            homes.append((row, digest))  # a dwelling that stands empty, or whose tenant cannot be told
        elif _is_local(row, clue, register, local, county):
            if clue.number:
                newest = max(
                    filter(None, (found.local_numbers.get(clue.number), _row_date(source, row.values))), default=None
                )
                found.local_numbers[clue.number] = newest
        else:
            kept.append((row, digest, clue))
    supply = iter(_fresh_ids(len(kept)))
    decisions = match([clue for _, _, clue in kept], register, lambda: next(supply))
    _settle(found, source, as_at, kept, decisions)
    for row, digest in homes:
        found.new.append(_record(source, row, digest, as_at, None, is_new=False))
    found.counts = {
        "unchanged": unchanged,
        "local": len(fresh) - len(kept) - len(homes),
        "new_people": len(found.made),
        "matched": len(kept) - len(found.made),
        "review": len(found.doubts),
    }
    return found


def _settle(
    found: Sorted, source: str, as_at: date, kept: Sequence[tuple[RowIn, bytes, Clue]], decisions: Sequence[Decision]
) -> None:
    for (row, digest, _), decision in zip(kept, decisions, strict=True):
        if decision.in_doubt:
            found.doubts.append((len(found.new), decision.person))
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
    domain = service_domain(values["service"]) if "service" in values else registry.domain_of(source)
    return NewRecord(
        source=source, digest=digest, values=values, domain=domain, as_at=as_at,
        row_on=_row_date(source, values), row_number=row.number, person_id=decision.person if decision else None,
        is_new_person=is_new, method=METHOD, weights={"basis": decision.basis} if decision else {},
    )  # fmt: skip
