"""The rows of one roll beside each other: who bears a number, who could be whom, how many bear a name or a phone.

The same rules that are asked of the register; a roll has no index, so all its rows are joined at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from tongdeng.linkage.database import Lines, as_table, load, opened

if TYPE_CHECKING:
    from datetime import date

    import duckdb

# Each row that is somebody's. `bears`: its number says whose it is. Keys are in hexadecimal.
ROW = {
    "position": "int64", "person": "int64", "is_new": "bool", "bears": "bool", "needs_name": "bool", "digest": "string",
    "name": "string", "sound": "string", "sex": "string", "born_on": "date32", "phone": "string", "number": "string",
}  # fmt: skip
NUMBERED = {"person": "int64"}  # those known before who bear a number

_ROWS = """
CREATE TABLE row AS
SELECT * REPLACE (unhex(digest) AS digest, unhex(phone) AS phone, unhex(number) AS number),
       left(sound, 4) AS head, right(name, 1) AS tail FROM given"""
_SIDES = """
CREATE TABLE side AS
SELECT row.person, bool_or(is_new) AS is_new, bool_or(bears) OR bool_or(numbered.person IS NOT NULL) AS has_number,
       lower(hex(min(digest))) AS rank
FROM row LEFT JOIN numbered USING (person) GROUP BY row.person"""
_FREE = """
SELECT position FROM row JOIN side USING (person) WHERE side.is_new AND NOT has_number ORDER BY position"""
_ASK = "CREATE TABLE ask AS FROM given"
_ALIKE = "(o.sound = a.sound OR o.head = a.head OR o.tail = a.tail)"
# Equalities first, so that each is one join by hashing.
_RULES = (
    "o.born_on = a.born_on AND o.sound = a.sound",
    f"o.born_on = a.born_on AND o.sex = a.sex AND {_ALIKE}",
    f"o.phone = a.phone AND (o.born_on = a.born_on OR {_ALIKE})",
    "o.sound = a.sound AND a.year_from IS NOT NULL AND o.born_on >= a.year_from AND o.born_on < a.year_until",
    "o.number = a.number AND NOT o.needs_name",
)
_PAIRS = " UNION ".join(
    f"SELECT a.person, o.person FROM ask a JOIN row o ON {rule} WHERE o.person <> a.person" for rule in _RULES
) + (
    # Those who claim the same number, which may be nobody's.
    " UNION SELECT a.person, o.person FROM ask a JOIN ask o USING (claimed) WHERE o.person <> a.person"
)
_PHONES = """
SELECT phone, count(DISTINCT person), count(DISTINCT name)
FROM row JOIN side USING (person) SEMI JOIN given USING (phone)
WHERE side.is_new GROUP BY phone"""
_NAMES = """
SELECT name, count(DISTINCT person) FROM row JOIN side USING (person) SEMI JOIN given USING (name)
WHERE side.is_new GROUP BY name"""


class Asked(NamedTuple):
    """A way in which a person without a number may have been written down; keys are blind."""

    person: int
    sound: str | None
    head: str | None  # of the sound
    tail: str | None  # of the name
    sex: str | None
    born_on: date | None
    phone: bytes | None
    claimed: bytes | None
    number: bytes | None
    year_from: date | None  # only beside a claimed number does the same name in the same year tell anything
    year_until: date | None


@contextmanager
def beside(rows: Lines, numbered: Lines) -> Iterator[Roll]:
    """Give a roll, from CSV without headers: `ROW` of each row, and `NUMBERED`; the one is read before the other."""
    with opened() as db:
        load(db, rows, ROW, _ROWS)
        load(db, numbered, NUMBERED, "CREATE TABLE numbered AS FROM given")
        db.execute(_SIDES)
        yield Roll(db)


class Roll:
    """A roll whose rows are persons' already; the new ones may yet be one another, or somebody in the register."""

    def __init__(self, db: duckdb.DuckDBPyConnection) -> None:
        self._db = db

    def count_new(self) -> int:
        """Return how many persons the roll makes."""
        return int(self._db.execute("SELECT count(*) FROM side WHERE is_new").fetchall()[0][0])

    def free(self) -> list[int]:
        """Return the positions of the rows of new persons without a number."""
        return [position for (position,) in self._db.execute(_FREE).fetchall()]

    def sides(self) -> duckdb.DuckDBPyRelation:
        """Return person, is_new and has_number of everybody in the roll."""
        return self._db.sql("SELECT person, is_new, has_number FROM side")

    def sides_of(self, persons: Iterable[int]) -> dict[int, tuple[bool, bool, str]]:
        """Return of those who are in the roll: whether they are new, bear a number, and their rank among equals."""
        query = "SELECT person, is_new, has_number, rank FROM side SEMI JOIN given USING (person)"
        return {
            person: (is_new, has, rank) for person, is_new, has, rank in self._about("person", "int64", persons, query)
        }

    def pairs(self, asked: Sequence[Asked]) -> list[tuple[int, int]]:
        """Return (person asked about, another of the roll) for all who could be one."""
        with as_table(self._db, "given", _columns(asked)):
            self._db.execute(_ASK)
        found = self._db.execute(_PAIRS).fetchall()
        self._db.execute("DROP TABLE ask")
        return found

    def join(self, persons: Mapping[int, int]) -> None:
        """Give the rows of these persons to those beside them, of whom they turned out to be."""
        given = {"person": ("int64", list(persons)), "other": ("int64", list(persons.values()))}
        with as_table(self._db, "given", given):
            self._db.execute("UPDATE row SET person = other FROM given WHERE row.person = given.person")

    def bearers_of_phones(self, phones: Iterable[bytes]) -> dict[bytes, tuple[int, int]]:
        """Return for each phone's blind key how many new persons and how many different names bear it."""
        found = self._about("phone", "binary", phones, _PHONES)
        return {bytes(phone): (persons, names) for phone, persons, names in found}

    def bearers_of_names(self, names: Iterable[str]) -> dict[str, int]:
        """Return how many new persons bear each name."""
        return dict(self._about("name", "string", names, _NAMES))

    def _about(self, column: str, kind: str, values: Iterable[Any], query: str) -> list[tuple[Any, ...]]:
        with as_table(self._db, "given", {column: (kind, list(values))}):
            return self._db.execute(query).fetchall()


def _columns(asked: Sequence[Asked]) -> dict[str, tuple[str, list[Any]]]:
    kinds = {"person": "int64"} | dict.fromkeys(("sound", "head", "tail", "sex"), "string")
    kinds |= dict.fromkeys(("born_on", "year_from", "year_until"), "date32")
    kinds |= dict.fromkeys(("phone", "claimed", "number"), "binary")
    given = zip(*asked, strict=True) if asked else ([] for _ in kinds)
    return {name: (kinds[name], list(values)) for name, values in zip(Asked._fields, given, strict=True)}
