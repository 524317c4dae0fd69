"""Rows of a roll as lines for COPY: what matching needs of them, and all that is stored of one that makes a person.

Pure of the database: two processes write lines of one roll at once.
"""

import json
from binascii import hexlify
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongdeng.kernel.addresses import address_key
from tongdeng.kernel.citizen_id import iso_day
from tongdeng.kernel.names import spoken
from tongdeng.linkage import characters
from tongdeng.org.types import Successors
from tongdeng.people import caches, records, spell_columns, stays
from tongdeng.people import stated as stated_texts
from tongdeng.people.types import Columns, Statement, Values

# What a record says of a dwelling, in the order of `dwelling`.
DWELLING = (
    "territory text, address_key text, address text, kind text, area text, landlord_name text,"
    " landlord_phone_sealed bytea, inspected_on date, inspection_result text, to_mend text, next_due_on date"
)
# What people_identity keeps besides the columns by which rows are matched.
PLAIN = ("hukou_address", "address", "education_level", "marital_status")
NULL = r"\N"
_ESCAPED = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}
_ESCAPES = str.maketrans(_ESCAPED)


@dataclass(frozen=True, slots=True)
class Roll:
    """What the lines of one roll have in common."""

    source: str
    as_at: date
    recorded_at: datetime
    today: date
    county: str
    ranks: Mapping[str, Mapping[str, int]]
    domains: Mapping[str, str]  # of each service; the roll's own under ""
    successors: Successors  # of the communities that have ended


@dataclass(frozen=True, slots=True)
class Rows:
    """Good rows: their values by column, and what reading found out about them. `texts`: their values as JSON."""

    numbers: Sequence[int]
    columns: Columns
    extra: Sequence[Mapping[str, str]]  # of each row; empty where the roll has no unknown columns
    texts: Sequence[str]
    digests: Sequence[bytes]
    row_on: Sequence[str | None]
    disputed: Collection[int]  # the places of rows whose birth date contradicts their id number


def dwelling(said: Values, successors: Successors) -> tuple[Any, ...]:
    """Return what a record says of the dwelling, and where that is now."""
    address = said["address"]
    return (successors.current(said["community_code"], address=address), address_key(address), *dwelling_said(said))


def dwelling_said(said: Values) -> tuple[Any, ...]:
    """Return what a record says of the dwelling itself."""
    return (
        said["address"], said.get("dwelling_type"), said.get("area"), said.get("landlord_name"),
        records.seal_text(said.get("landlord_phone")), said.get("inspected_on"), said.get("inspection_result"),
        said.get("to_mend"), said.get("next_due_on"),
    )  # fmt: skip


class Lines:
    """Writes the lines of one roll's rows. `more` gives the fields that the roll's own kind adds, as text."""

    def __init__(self, roll: Roll, more: Callable[[Values], Sequence[Any]] | None = None) -> None:
        self._roll = roll
        self._more = more
        self._stated = tuple(a for a, order in roll.ranks.items() if roll.source in order)
        self._sources = _SourcesTexts(self._stated)
        self._spells = caches.tables_of(roll.source)
        self._county = roll.county[:6]

    def of(self, rows: Rows) -> tuple[bytes, bytes]:
        """Return the lines to match by and the lines of what else is stored."""
        said, roll = rows.columns, self._roll
        born_on, sex = _born_and_sex(rows)
        names = said["name"]
        domains = self._domains(rows)
        spells = self._told(rows)
        stay = spells.get("stay")
        positions = _as_bytes(list(map(str, rows.numbers)))
        number_keys = records.index_each(records.ID, said["id_number"])
        phone_keys = records.index_each(records.PHONE, said["phone"])
        triples = records.index_each(
            records.NAME_BIRTH_SEX,
            [f"{n}|{b}|{s}" if n and b and s else None for n, b, s in zip(names, born_on, sex, strict=True)],
        )
        lean = (
            positions, _hexed(rows.digests), _as_bytes(domains), _fields(rows.row_on),
            _hexed(number_keys), _hexed(triples),
            _truths(at in rows.disputed for at in range(said.rows)),
            _truths(code and code.startswith(self._county) for code in said["hukou_code"]),
            _fields(names), _fields([characters.sound(name) if name else None for name in names]), _fields(born_on),
            _fields(sex), _hexed(phone_keys), _fields(said["hukou_code"]),
            _fields(spell_columns.current_communities(stay, roll.today) if stay else [None] * said.rows),
        )  # fmt: skip
        sealed = _hexed(_sealed(rows, domains))
        return _lines(lean), _lines((positions, sealed, *self._said(rows, born_on, sex, spells)))

    def _said(
        self, rows: Rows, born_on: Sequence[str | None], sex: Sequence[str | None],
        spells: Mapping[str, spell_columns.Told],
    ) -> Iterator[Sequence[bytes]]:  # fmt: skip
        said = rows.columns
        claimed = said["id_claimed"]
        for words in zip(*[spoken(name or "") for name in said["name"]], strict=True):
            yield _fields([word or None for word in words])
        for column in PLAIN:
            yield _fields(said[column])
        yield _hexed(records.seal_each(_encoded(said["id_number"])))
        yield _hexed(records.seal_each(_encoded(claimed)))
        yield _hexed(records.index_each(records.CLAIMED, claimed))
        yield _hexed(records.seal_each(_encoded(said["phone"])))
        yield [b"t" if self._roll.source == "police" else b"f"] * said.rows
        yield _as_bytes(self._sources.of(said, born_on, sex))
        for table in self._spells:
            told = spells[table]
            yield _truths(told.is_told)
            is_told = None if all(told.is_told) else told.is_told
            for column in caches.SPELLS[table]:
                given = told.columns[column]
                yield _fields(
                    given if is_told is None else [v if t else None for v, t in zip(given, is_told, strict=True)]
                )
        if self._more:
            for fields in zip(*[self._more(row) for row in said.values_of_each()], strict=True):
                yield _as_bytes(list(map(_field, fields)))

    def _domains(self, rows: Rows) -> list[str]:
        known = self._roll.domains
        own = known[""]
        return [known.get(service or "", own) for service in rows.columns["service"]]

    def _told(self, rows: Rows) -> dict[str, spell_columns.Told]:
        """Return the spells by cache table, on the map of today."""
        roll, said = self._roll, rows.columns
        if roll.successors and self._spells:
            statements = [Statement(0, roll.source, one, roll.as_at, None, roll.recorded_at, b"")
                          for one in said.values_of_each()]  # fmt: skip
            codes = [stays.on_map(one, roll.successors).values.get("community_code") for one in statements]
            said = Columns(said.rows, {**said, "community_code": codes})
        common = spell_columns.Roll(roll.source, roll.as_at, roll.recorded_at)
        return {table: spell_columns.BUILDERS[table](said, common) for table in self._spells}


class _SourcesTexts(dict[tuple[bool, ...], str]):
    """What `people_identity.sources` says of persons of one record, by which attributes are stated and disputed."""

    def __init__(self, stated: Sequence[str]) -> None:
        super().__init__()
        self._stated = stated

    def of(self, said: Columns, born_on: Sequence[str | None], sex: Sequence[str | None]) -> list[str]:
        """Return the text of each row; `born_on` and `sex` are what is believed."""
        flags = [[value is not None for value in said[attribute]] for attribute in self._stated]
        numbered = [number is not None for number in said["id_number"]]
        born, of_sex = (_differ(said[key], now) for key, now in (("born_on", born_on), ("sex", sex)))
        return list(map(self.__getitem__, zip(numbered, born, of_sex, *flags, strict=True)))

    def __missing__(self, flags: tuple[bool, ...]) -> str:
        numbered, born, of_sex, *stated = flags
        said = [attribute for attribute, is_said in zip(self._stated, stated, strict=True) if is_said]
        if not numbered:
            text = stated_texts.of_one(tuple(said), ())
        else:
            derived = {"born_on": born, "sex": of_sex}
            disputed = tuple(a for a, differs in derived.items() if a in said and differs)
            text = stated_texts.of_one(tuple(dict.fromkeys((*said, *derived))), disputed)
        self[flags] = text
        return text


def _differ(said: Sequence[Any], believed: Sequence[Any]) -> list[bool]:
    return [one is not None and one != other for one, other in zip(said, believed, strict=True)]


def _born_and_sex(rows: Rows) -> tuple[list[str | None], list[str | None]]:
    """Return birth dates and sexes as they are believed: from a valid number where no birth date contradicts it."""
    said = rows.columns
    numbers = said["id_number"]
    if rows.disputed:
        numbers = [None if at in rows.disputed else number for at, number in enumerate(numbers)]
    born_on = [iso_day(n[6:14]) if n else b for n, b in zip(numbers, said["born_on"], strict=True)]
    sex = [("male" if n[16] in "13579" else "female") if n else s for n, s in zip(numbers, said["sex"], strict=True)]
    return born_on, sex


def _sealed(rows: Rows, domains: Sequence[str]) -> list[bytes | None]:
    payloads: list[bytes | None] = [text.encode() for text in rows.texts]
    for at, extra in enumerate(rows.extra):
        if extra:
            said = json.dumps({"extra": extra}, ensure_ascii=False)[1:]
            payloads[at] = f"{rows.texts[at][:-1]},{said}".encode()
    found: list[bytes | None] = [None] * len(payloads)
    for domain in set(domains):
        places = [at for at, one in enumerate(domains) if one == domain]
        for at, sealed in zip(places, records.seal_each([payloads[at] for at in places], domain), strict=True):
            found[at] = sealed
    return found


# ---- columns as COPY reads them ----


def of(rows: Iterable[Sequence[Any]]) -> bytes:
    """Return rows as lines."""
    return "".join(["\t".join(map(_field, row)) + "\n" for row in rows]).encode()


def _lines(columns: Sequence[Sequence[bytes]]) -> bytes:
    lines = list(map(b"\t".join, zip(*columns, strict=True)))
    lines.append(b"")
    return b"\n".join(lines)


def _fields(values: Sequence[Any]) -> list[bytes]:
    """Return a column of texts and numbers."""
    try:
        joined = "".join([value for value in values if value is not None])
    except TypeError:  # numbers
        return _as_bytes([_field(value) for value in values])
    if any(sign in joined for sign in _ESCAPED):
        return _as_bytes([_field(value) for value in values])
    return _as_bytes([NULL if value is None else value for value in values])


def _as_bytes(fields: Sequence[str]) -> list[bytes]:
    """Encode a column at once: no field has a line feed of its own any more."""
    return "\n".join(fields).encode().split(b"\n") if fields else []


def _truths(values: Iterable[Any]) -> list[bytes]:
    return [b"t" if value else b"f" for value in values]


def _encoded(values: Sequence[str | None]) -> list[bytes | None]:
    return [value.encode() if value else None for value in values]


def _hexed(values: Sequence[bytes | None]) -> list[bytes]:
    return [rb"\N" if value is None else rb"\\x" + hexlify(value) for value in values]


def _field(value: Any) -> str:
    if value is None:
        return NULL
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    return r"\\x" + value.hex() if isinstance(value, bytes | memoryview) else str(value)
