"""Who in a staged roll must be asked about, and who in roll and register could be the same person.

Works on the temporary table `stage_row` of an import. A person is asked about who is new; or who is known, but of whom
the roll says something that the register had not heard.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.kernel import citizen_id
from tongdeng.linkage import characters
from tongdeng.linkage.database import as_lines
from tongdeng.linkage.joining import apart
from tongdeng.linkage.roll import Asked, Roll, beside
from tongdeng.linkage.rows import READ
from tongdeng.people.exports import candidates as register
from tongdeng.people.exports import records

MOST_NAMES_OF_A_PHONE = register.MOST_NAMES_OF_A_PHONE
AT_ONCE = 15_000  # persons compared at a time: bounds memory
MANY = 10_000  # as many look-ups take longer than reading the whole register once
# A number says whose row it is, unless the birth date beside it contradicts.
BEARS = "number_key IS NOT NULL AND NOT needs_name"
_ROWS = f"""
SELECT position, person_id, is_new, {BEARS}, needs_name, encode(digest, 'hex'), name, name_sound, sex, born_on,
  encode(phone_key, 'hex'), encode(number_key, 'hex')
FROM stage_row WHERE person_id IS NOT NULL"""
_NUMBERED = """
SELECT person_id FROM people_identity WHERE id_index IS NOT NULL
AND person_id IN (SELECT person_id FROM stage_row WHERE NOT is_new)"""
_SIDES = "CREATE TEMP TABLE stage_side (person_id bigint, is_new bool, has_number bool) ON COMMIT DROP"
_HEARD = """
INSERT INTO stage_ask (person_id, is_free, name_sound, head, tail, sex, born_on, phone_key)
SELECT DISTINCT s.person_id, NOT s.has_number, r.name_sound, left(r.name_sound, 4), right(r.name, 1), r.sex,
       r.born_on, r.phone_key
FROM stage_side s JOIN stage_row r USING (person_id)
"""
_NEW_BEARERS = _HEARD + "WHERE s.is_new AND s.has_number"
# Apart, so that each line is a look-up of its own; the two tables of the stage have no index and are joined by hashing.
NEWS = (
    _HEARD
    + f"""
CROSS JOIN LATERAL (SELECT FROM people_identity i WHERE i.person_id = r.person_id AND (
  r.name_sound <> i.name_sound OR (r.born_on IS NOT NULL AND r.born_on IS DISTINCT FROM i.born_on)
  OR (r.phone_key IS NOT NULL AND r.phone_key IS DISTINCT FROM i.phone_index) OR (i.id_index IS NULL AND {BEARS}))
  {{apart}}) i
WHERE NOT s.is_new
"""
)
_CLOSED = """
SELECT c.place, r.position, r.person_id, d.sealed, r.domain FROM stage_row r JOIN stage_closed c USING (person_id)
JOIN stage_said d USING (position) ORDER BY c.place, r.position"""
_FREE_ROWS = """
SELECT r.person_id, d.sealed, r.domain, r.name, r.name_sound, r.sex, r.born_on, r.phone_key, r.number_key
FROM stage_free f JOIN stage_row r USING (position) JOIN stage_said d USING (position)"""


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says, opened: of the staged roll by its position, or of the register by its record's id."""

    person: int
    values: dict[str, Any]
    position: int | None = None
    record: int | None = None


@dataclass(slots=True)
class Candidates:
    """Pairs of persons who could be one, and what is known of the roll's persons."""

    pairs: set[tuple[int, int]] = field(default_factory=set)
    sides: dict[int, tuple[bool, bool, str]] = field(default_factory=dict)  # person -> is new, has a number, rank
    people: int = 0  # in the register and new in the roll
    overtaking: set[tuple[int, int]] = field(default_factory=set)  # new bearers of numbers, and bearers like them
    roll: Roll | None = None  # None where only the register is looked at

    @property
    def persons(self) -> set[int]:
        """Return everybody in a pair."""
        return {person for pair in self.pairs for person in pair}


@contextmanager
def found() -> Iterator[Candidates]:
    """Give who could be whom. Opens the rows of new persons without a number, and nothing of the register."""
    known = register.count_people()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM stage_row")
        is_large = int(cursor.fetchone()[0]) * 1000 > known * register.MANY_PER_THOUSAND
    with ExitStack() as stack:
        with register.looking_up(is_bulk=is_large):
            roll = stack.enter_context(beside(bulk.copied(_ROWS), bulk.copied(_NUMBERED)))
        some = Candidates(people=known + roll.count_new(), roll=roll)
        asked = list(_about_the_free(roll.free()))
        _stage(asked)
        if known:
            _stage_what_is_new_of_others(roll, is_large=is_large)
        crowded = _without_crowded_phones(roll)
        if known:
            _look_in_the_register(some, known)
        some.pairs.update(roll.pairs([one._replace(phone=None) if one.phone in crowded else one for one in asked]))
        some.sides = roll.sides_of(some.persons)
        yield some


def _about_the_free(positions: list[int]) -> Iterator[Asked]:
    """Open the rows of new persons without a number, and yield what is to be asked about them."""
    bulk.values("stage_free", "position", "bigint", positions)
    with register.looking_up(is_bulk=True):
        for person, sealed, domain, *columns in bulk.streamed(_FREE_ROWS):
            yield from _asked(person, _said(sealed, domain), *columns)
    bulk.drop("stage_free")


def _stage(asked: Iterable[Asked]) -> None:
    """Make `stage_ask` of what is asked about people without a number."""
    bulk.drop("stage_ask")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE stage_ask ({register.ASK}) ON COMMIT DROP")
        with cursor.copy("COPY stage_ask FROM STDIN") as copy:
            for person, *rest in asked:
                copy.write_row((person, True, *rest))


def _stage_what_is_new_of_others(roll: Roll, *, is_large: bool) -> None:
    """Add to `stage_ask` the new bearers of numbers, and what the register had not heard of those it knows."""
    with connection.cursor() as cursor:
        cursor.execute(_SIDES)
        with cursor.copy("COPY stage_side FROM STDIN (FORMAT csv)") as copy:
            as_lines(roll.sides(), copy.write)
        cursor.execute("ANALYZE stage_side")
        with register.looking_up(is_bulk=True):
            cursor.execute(_NEW_BEARERS)
            cursor.execute(NEWS.format(apart="" if is_large else "OFFSET 0"))
        cursor.execute("DROP TABLE stage_side")


def _look_in_the_register(some: Candidates, known: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE stage_ask")
        cursor.execute("SELECT count(*) FROM stage_ask")
        lines = int(cursor.fetchone()[0])
    if lines:
        is_bulk = lines * 1000 > known * register.MANY_PER_THOUSAND
        some.pairs.update(register.near(is_bulk=is_bulk))
        some.overtaking.update(register.near_bearers(is_bulk=is_bulk))


def _said(sealed: bytes, domain: str) -> dict[str, Any]:
    """Return what an opened row says of who it is about, and nothing else of it."""
    return {key: value for key, value in records.unseal(sealed, domain).items() if key in READ}


def _asked(
    person: int, values: dict[str, Any], name: str | None, sound: str | None, sex: str | None, born_on: date | None,
    phone_key: bytes | None, number_key: bytes | None,
) -> Iterator[Asked]:  # fmt: skip
    """Yield what to ask about a row: one line for its birth date, and one for the date in a number it claims."""
    claimed = str(values.get("id_claimed") or (values.get("id_number") if number_key else "") or "")
    claimed_key = records.index(records.CLAIMED, claimed) if claimed else None
    phone = values.get("phone") or values.get("guardian_phone")
    phone_key = phone_key or (records.index(records.PHONE, str(phone)) if phone else None)
    heard = (sound, sound[:4], name[-1:]) if name and sound else (None, None, None)
    inside = citizen_id.born_on(claimed) if len(claimed) == 18 and claimed[6:14].isdecimal() else None
    if inside and not 1850 <= inside.year < 2200:  # a claimed number may hold any digits, and year 9999 has no next
        inside = None
    days: list[date | None] = [born_on]
    if inside and inside != born_on:
        days.append(inside)
    for day in days:
        year = (date(day.year, 1, 1), date(day.year + 1, 1, 1)) if day and claimed else (None, None)
        yield Asked(person, *heard, sex, day, phone_key, claimed_key, number_key, *year)


_UNSURE = """
SELECT l.person_id, r.id, r.sealed, r.domain FROM people_link l JOIN people_record r ON r.id = l.record_id
WHERE l.superseded_at IS NULL AND r.superseded_at IS NULL AND l.method = %s"""
_NUMBERLESS = """
SELECT l.person_id, r.id, r.sealed, r.domain FROM people_link l JOIN people_record r ON r.id = l.record_id
WHERE l.superseded_at IS NULL AND r.superseded_at IS NULL AND l.person_id = ANY(%s)
  AND (l.method LIKE 'probable%%' OR l.weights ->> 'basis' = 'triple')"""
_WITHOUT_NUMBER = """
INSERT INTO stage_ask (person_id, is_free, name_sound, head, tail, sex, born_on, phone_key, claimed_key)
SELECT person_id, true, name_sound, left(name_sound, 4), right(name, 1), sex, born_on, phone_index, claimed_index
FROM people_identity WHERE id_index IS NULL"""


def find_again(method: str) -> tuple[Candidates, list[Row]]:
    """Return who in the register could be whom, without any roll, and the records linked by a method.

    Asked about are all persons without a number, and the persons of these records as the records write them down.
    """
    some = Candidates(people=register.count_people())
    with connection.cursor() as cursor, register.looking_up(is_bulk=True):
        cursor.execute(_UNSURE, [method])
        linked = [
            Row(person, _said(sealed, domain), record=record) for person, record, sealed, domain in cursor.fetchall()
        ]
        _stage(one for row in linked for one in _asked(row.person, row.values, *_columns(row.values)))
        cursor.execute(_WITHOUT_NUMBER)
    _without_crowded_phones(None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE stage_ask")
    some.pairs.update(register.near(is_bulk=True))
    return some, linked


def numberless_records(persons: set[int]) -> list[Row]:
    """Return the records of these persons that bear no number and were linked without a clerk."""
    with connection.cursor() as cursor, register.looking_up(is_bulk=len(persons) > MANY):
        cursor.execute(_NUMBERLESS, [sorted(persons)])
        rows = [Row(person, _said(sealed, domain), record=i) for person, i, sealed, domain in cursor.fetchall()]
    return [row for row in rows if not row.values.get("id_number")]


def _columns(values: dict[str, Any]) -> tuple[Any, ...]:
    """Return what `stage_row` would have of a row, from the row itself."""
    name, number = values.get("name"), values.get("id_number")
    born = citizen_id.born_on(number) if number else None
    stated = date.fromisoformat(values["born_on"]) if values.get("born_on") else None
    sex = citizen_id.sex(number) if number else values.get("sex")
    return name, characters.sound(name) if name else None, sex, born or stated, None, None


def _without_crowded_phones(roll: Roll | None) -> set[bytes]:
    """Take out of `stage_ask` the phones that so many names bear that they tell nobody apart, and return them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT phone_key FROM stage_ask WHERE phone_key IS NOT NULL")
        bearers = phone_bearers({bytes(key) for (key,) in cursor.fetchall()}, roll)
        crowded = {key for key, (_, names) in bearers.items() if names > MOST_NAMES_OF_A_PHONE}
        if crowded:
            cursor.execute("UPDATE stage_ask SET phone_key = NULL WHERE phone_key = ANY(%s)", [list(crowded)])
    return crowded


def phone_bearers(phones: Iterable[bytes], roll: Roll | None) -> dict[bytes, tuple[int, int]]:
    """Return how many persons and names bear each phone, in the register and among the roll's new persons."""
    listed = set(phones)
    if not listed:
        return {}
    bearers = register.count_phones(listed, is_bulk=len(listed) > MANY)
    for key, (persons, names) in (roll.bearers_of_phones(listed) if roll else {}).items():
        known = bearers.get(key, (0, 0))
        bearers[key] = (known[0] + persons, known[1] + names)
    return bearers


def name_bearers(names: Iterable[tuple[str, str]], roll: Roll | None) -> dict[str, int]:
    """Return how many persons bear each name, given with its sound, in the register and among the new."""
    listed = list(names)
    bearers = register.count_names(listed, is_bulk=len(listed) > MANY)
    for name, persons in (roll.bearers_of_names(name for name, _ in listed) if roll else {}).items():
        bearers[name] = bearers.get(name, 0) + persons
    return bearers


def rows_of(some: Candidates) -> Iterator[list[Row]]:
    """Yield what all candidates say, opened now, in roll and register, a part at a time: no pair is parted."""
    parts = list(apart(some.pairs, AT_ONCE))
    places = {person: at for at, persons in enumerate(parts) for person in persons if person in some.sides}
    new = {person for person, (is_new, _, _) in some.sides.items() if is_new}
    # Everybody asked about is in the roll, and so in every part.
    for at, staged in groupby(_staged(places), key=itemgetter(0)):
        yield [*(row for _, row in staged), *rows_of_known(parts[at] - new)]


def rows_of_staged(persons: set[int]) -> list[Row]:
    """Return what the roll says of these persons, opened now."""
    return [row for _, row in _staged(dict.fromkeys(persons, 0))]


def _staged(places: Mapping[int, int]) -> Iterator[tuple[int, Row]]:
    """Yield what the roll says of these persons, with the place of each, in the order of places and of the file."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE stage_closed (person_id bigint, place integer) ON COMMIT DROP")
        with cursor.copy("COPY stage_closed FROM STDIN") as copy:
            for line in places.items():
                copy.write_row(line)
        cursor.execute("ANALYZE stage_closed")
    with register.looking_up(is_bulk=True):
        rows = bulk.streamed(_CLOSED)
        first = list(islice(rows, 1))  # planned and begun under these settings
    for place, position, person, sealed, domain in chain(first, rows):
        yield place, Row(person, _said(sealed, domain), position=position)
    bulk.drop("stage_closed")


def rows_of_known(persons: set[int]) -> Iterator[Row]:
    """Yield what the register has on these persons."""
    for person, record, values in register.opened(sorted(persons), is_bulk=len(persons) > MANY):
        yield Row(person, {key: value for key, value in values.items() if key in READ}, record=record)
