"""A row of a roll as lines for COPY: what matching needs of it, and everything that is stored if it makes a person.

Pure of the database: two processes write lines of one roll at once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongdeng.kernel import names
from tongdeng.kernel.addresses import address_key
from tongdeng.linkage import characters
from tongdeng.org.types import Successors
from tongdeng.people import caches, records, stated, stays
from tongdeng.people.types import Spell, Statement, Values

# What a record says of a dwelling, in the order of `dwelling`.
DWELLING = (
    "territory text, address_key text, address text, kind text, area text, landlord_name text,"
    " landlord_phone_sealed bytea, inspected_on date, inspection_result text, to_mend text, next_due_on date"
)
# What people_identity keeps besides the columns by which rows are matched.
PLAIN = ("hukou_address", "address", "education_level", "marital_status")
NULL = r"\N"
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


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
class Row:
    """One good row: its values and what reading found out about them."""

    number: int
    values: Values
    extra: Mapping[str, str]
    digest: bytes
    row_on: str | None
    is_disputed: bool  # its birth date contradicts its id number


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


def _hex(value: bytes | None) -> str:
    return NULL if value is None else r"\\x" + value.hex()


class Lines:
    """Writes the lines of one roll's rows. `more` gives the fields that the roll's own kind adds, as text."""

    def __init__(self, roll: Roll, more: Callable[[Values], Sequence[Any]] | None = None) -> None:
        self._roll = roll
        self._more = more
        self._stated = tuple(a for a, order in roll.ranks.items() if roll.source in order)
        self._spells = caches.tables_of(roll.source)
        self._is_police = "t" if roll.source == "police" else "f"
        self._county = roll.county[:6]

    def of(self, row: Row, text: str) -> tuple[str, str]:
        """Return the line to match by and the line of what else is stored. `text`: the values as JSON."""
        values, roll = row.values, self._roll
        # JSON escapes what COPY would trip over, and quotes: without a backslash every value may stand as it is.
        clean = "\\" not in text
        get = values.get if clean else _escaping(values).get
        number, name = values.get("id_number"), values.get("name")
        born_on, sex = values.get("born_on"), values.get("sex")
        number_key = records.index(records.ID, number) if number else None
        if number and not row.is_disputed:
            born_on = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
            sex = "male" if number[16] in "13579" else "female"
        triple = records.index(records.NAME_BIRTH_SEX, f"{name}|{born_on}|{sex}") if name and born_on and sex else None
        phone = values.get("phone")
        phone_key = records.index(records.PHONE, phone) if phone else None
        domain = roll.domains.get(values.get("service", ""), roll.domains[""])
        spells = self._told(row)
        community = stays.current_community(spells.get("stay", ()), roll.today)
        hukou = values.get("hukou_code")
        if row.extra:
            sealed = records.seal({**values, "extra": row.extra}, domain)
        else:
            sealed = records.seal_bytes(text.encode(), domain)
        lean = (
            str(row.number), _hex(row.digest), _hex(sealed), domain, row.row_on or NULL, _hex(number_key), _hex(triple),
            "t" if row.is_disputed else "f", "t" if hukou and hukou.startswith(self._county) else "f",
            get("name") or NULL, _field(characters.sound(name) if name else None), born_on or NULL, sex or NULL,
            _hex(phone_key), hukou or NULL, community or NULL,
        )  # fmt: skip
        return "\t".join(lean), "\t".join(self._said(row, get, born_on, sex, spells))

    def _said(
        self, row: Row, get: Callable[[str], Any], born_on: str | None, sex: str | None,
        spells: Mapping[str, Sequence[Spell]],
    ) -> list[str]:  # fmt: skip
        values = row.values
        tokens = names.spoken(values.get("name") or "")
        fields = [
            str(row.number), *(_field(token or None) for token in tokens),
            *(get(column) or NULL for column in PLAIN),
            _hex(records.seal_text(values.get("id_number"))),
            _hex(records.seal_text(claimed := values.get("id_claimed"))),
            _hex(records.index(records.CLAIMED, claimed) if claimed else None),
            _hex(records.seal_text(values.get("phone"))),
            self._is_police, self._sources_of(values, born_on, sex),
        ]  # fmt: skip
        for table in self._spells:
            told = spells.get(table)
            fields.append("t" if told else "f")
            columns = caches.SPELLS[table]
            given = caches.spell_values(told[0].values, columns) if told else (None for _ in columns)
            fields += map(_field, given)
        if self._more:
            fields += map(_field, self._more(values))
        return fields

    def _told(self, row: Row) -> dict[str, list[Spell]]:
        if not self._spells:
            return {}
        roll = self._roll
        row_on = date.fromisoformat(row.row_on) if row.row_on else None
        statement = Statement(0, roll.source, row.values, roll.as_at, row_on, roll.recorded_at, row.digest)
        if roll.successors:
            statement = stays.on_map(statement, roll.successors)
        return stays.spells_of_one(statement, self._spells)

    def _sources_of(self, values: Values, born_on: str | None, sex: str | None) -> str:
        said = [a for a in self._stated if a in values]
        if "id_number" not in values:
            return stated.of_one(tuple(said), ())
        derived = {"born_on": born_on, "sex": sex}
        disputed = tuple(a for a, value in derived.items() if a in said and values[a] != value)
        return stated.of_one(tuple(dict.fromkeys((*said, *derived))), disputed)


def _escaping(values: Values) -> dict[str, Any]:
    return {key: value.translate(_ESCAPES) if isinstance(value, str) else value for key, value in values.items()}


def _field(value: Any) -> str:
    if value is None:
        return NULL
    if isinstance(value, str):
        return value.translate(_ESCAPES) if "\\" in value else value
    return _hex(value) if isinstance(value, bytes) else str(value)
