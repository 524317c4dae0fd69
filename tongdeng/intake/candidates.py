"""Who in a staged roll must be asked about, and who in roll and register could be the same person.

Works on the temporary table `stage_row` of an import. A person is asked about who is new; or who is known, but of whom
the roll says something that the register had not heard.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.kernel import citizen_id
from tongdeng.linkage import characters
from tongdeng.linkage.rows import READ
from tongdeng.people.exports import candidates as register
from tongdeng.people.exports import records

MOST_NAMES_OF_A_PHONE = register.MOST_NAMES_OF_A_PHONE
MANY = 10_000  # as many look-ups take longer than reading the whole register once
# A number says whose row it is, unless the birth date beside it contradicts.
BEARS = "number_key IS NOT NULL AND NOT needs_name"
_SIDES = f"""
CREATE TEMP TABLE stage_side ON COMMIT DROP AS
SELECT r.person_id, bool_or(r.is_new) AS is_new, bool_or({BEARS}) OR bool_or(i.id_index IS NOT NULL) AS has_number,
       min(encode(r.digest, 'hex')) AS rank
FROM stage_row r LEFT JOIN people_identity i USING (person_id)
WHERE r.person_id IS NOT NULL GROUP BY r.person_id
"""
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
_FREE_ROWS = """
SELECT r.position, r.person_id, d.sealed, r.domain, r.name, r.name_sound, r.sex, r.born_on, r.phone_key, r.number_key
FROM stage_side s JOIN stage_row r USING (person_id) JOIN stage_said d USING (position)
WHERE s.is_new AND NOT s.has_number
"""
_ALIKE = "(o.name_sound = a.name_sound OR left(o.name_sound, 4) = a.head OR right(o.name, 1) = a.tail)"
# The same rules as in the register; equalities first, so that each is one join by hashing.
_RULES = (
    "o.born_on = a.born_on AND o.name_sound = a.name_sound",
    f"o.born_on = a.born_on AND o.sex = a.sex AND {_ALIKE}",
    f"o.phone_key = a.phone_key AND (o.born_on = a.born_on OR {_ALIKE})",
    "o.name_sound = a.name_sound AND a.year_from IS NOT NULL AND o.born_on >= a.year_from AND o.born_on < a.year_until",
    "o.number_key = a.number_key AND NOT o.needs_name",
)
_PAIRS = " UNION ".join(
    f"SELECT a.person_id, o.person_id FROM stage_ask a JOIN stage_row o ON {rule}"
    " WHERE a.is_free AND o.person_id <> a.person_id"
    for rule in _RULES
) + (
    # Those who claim the same number, which may be nobody's.
    " UNION SELECT a.person_id, o.person_id FROM stage_ask a JOIN stage_ask o USING (claimed_key)"
    " WHERE o.person_id <> a.person_id"
)


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
    opened: dict[int, list[Row]] = field(default_factory=dict)  # rows that had to be opened to ask
    people: int = 0  # in the register and new in the roll
    overtaking: set[tuple[int, int]] = field(default_factory=set)  # new bearers of numbers, and bearers like them

    @property
    def persons(self) -> set[int]:
        """Return everybody in a pair."""
        return {person for pair in self.pairs for person in pair}


def find() -> Candidates:
    """Return who could be whom. Opens the rows of new persons without a number, and nothing of the register."""
    found = Candidates()
    known = register.count_people()
    with connection.cursor() as cursor:
        bulk.drop("stage_side", "stage_ask")
        cursor.execute("SELECT count(*) FROM stage_row")
        is_large = int(cursor.fetchone()[0]) * 1000 > known * register.MANY_PER_THOUSAND
        with register.looking_up(is_bulk=is_large):
            cursor.execute(_SIDES)
        cursor.execute(f"CREATE TEMP TABLE stage_ask ({register.ASK}) ON COMMIT DROP")
        cursor.execute("SELECT count(*) FILTER (WHERE is_new) FROM stage_side")
        found.people = known + int(cursor.fetchone()[0])
        _ask_about_the_free(found)
        if known:
            with register.looking_up(is_bulk=True):
                cursor.execute(_NEW_BEARERS)
                cursor.execute(NEWS.format(apart="" if is_large else "OFFSET 0"))
        _leave_out_crowded_phones()
        cursor.execute("ANALYZE stage_ask")
        cursor.execute("SELECT count(*) FROM stage_ask")
        asked = int(cursor.fetchone()[0])
        if asked and known:
            found.pairs.update(register.near(is_bulk=asked * 1000 > known * register.MANY_PER_THOUSAND))
            found.overtaking.update(register.near_bearers(is_bulk=asked * 1000 > known * register.MANY_PER_THOUSAND))
        if asked:
            with register.looking_up(is_bulk=True):
                cursor.execute(_PAIRS)
                found.pairs.update((a, b) for a, b in cursor.fetchall())
        met = found.persons
        found.opened = {person: rows for person, rows in found.opened.items() if person in met}
        bulk.values("stage_met", "person_id", "bigint", met)
        cursor.execute("SELECT s.* FROM stage_side s JOIN stage_met USING (person_id)")
        found.sides = {person: (is_new, has_number, rank) for person, is_new, has_number, rank in cursor.fetchall()}
        bulk.drop("stage_met")
    return found


def _said(sealed: bytes, domain: str) -> dict[str, Any]:
    """Return what an opened row says of who it is about, and nothing else of it."""
    return {key: value for key, value in records.unseal(sealed, domain).items() if key in READ}


def _ask_about_the_free(found: Candidates) -> None:
    lines: list[tuple[Any, ...]] = []
    with register.looking_up(is_bulk=True):
        for position, person, sealed, domain, *columns in bulk.streamed(_FREE_ROWS):
            values = _said(sealed, domain)
            found.opened.setdefault(person, []).append(Row(person, values, position=position))
            lines.extend(_lines(person, values, *columns))
    with connection.cursor() as cursor, cursor.copy("COPY stage_ask FROM STDIN") as copy:
        for line in lines:
            copy.write_row(line)


def _lines(
    person: int, values: dict[str, Any], name: str | None, sound: str | None, sex: str | None, born_on: date | None,
    phone_key: bytes | None, number_key: bytes | None,
) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    """Yield the lines that ask about a row: one for its birth date, and one for the date in a number it claims."""
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
        # Only beside a claimed number does the same name in the same year tell anything.
        year = (date(day.year, 1, 1), date(day.year + 1, 1, 1)) if day and claimed else (None, None)
        yield (person, True, *heard, sex, day, phone_key, claimed_key, number_key, *year)


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
    found = Candidates(people=register.count_people())
    linked: list[Row] = []
    with connection.cursor() as cursor:
        bulk.drop("stage_row", "stage_side", "stage_ask")
        # No roll is being taken in: only the register is looked at.
        cursor.execute("CREATE TEMP TABLE stage_row (name text, phone_key bytea, person_id bigint) ON COMMIT DROP")
        cursor.execute("CREATE TEMP TABLE stage_side (person_id bigint, is_new bool) ON COMMIT DROP")
        cursor.execute(f"CREATE TEMP TABLE stage_ask ({register.ASK}) ON COMMIT DROP")
        with register.looking_up(is_bulk=True):
            cursor.execute(_WITHOUT_NUMBER)
            cursor.execute(_UNSURE, [method])
        for person, record, sealed, domain in cursor.fetchall():
            linked.append(Row(person, _said(sealed, domain), record=record))
        with cursor.copy("COPY stage_ask FROM STDIN") as copy:
            for row in linked:
                for line in _lines(row.person, row.values, *_columns(row.values)):
                    copy.write_row(line)
        _leave_out_crowded_phones()
        cursor.execute("ANALYZE stage_ask")
    found.pairs.update(register.near(is_bulk=True))
    return found, linked


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


def _leave_out_crowded_phones() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT phone_key FROM stage_ask WHERE phone_key IS NOT NULL")
        crowded = crowded_phones({bytes(key) for (key,) in cursor.fetchall()})
        if crowded:
            cursor.execute("UPDATE stage_ask SET phone_key = NULL WHERE phone_key = ANY(%s)", [list(crowded)])


def crowded_phones(phones: Iterable[bytes]) -> set[bytes]:
    """Return those phones that so many names bear, here or in the roll, that they tell nobody apart."""
    return {key for key, (_, names) in phone_bearers(phones).items() if names > MOST_NAMES_OF_A_PHONE}


def phone_bearers(phones: Iterable[bytes]) -> dict[bytes, tuple[int, int]]:
    """Return how many persons and names bear each phone, in the register and among the roll's new persons."""
    listed = set(phones)
    if not listed:
        return {}
    found = register.count_phones(listed, is_bulk=len(listed) > MANY)
    with register.looking_up(is_bulk=True):
        bulk.values("stage_rung", "key", "bytea", listed)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT r.phone_key, count(DISTINCT r.person_id), count(DISTINCT r.name) FROM stage_rung p"
                " JOIN stage_row r ON r.phone_key = p.key JOIN stage_side s ON s.person_id = r.person_id AND s.is_new"
                " GROUP BY 1"
            )
            for key, persons, names in cursor.fetchall():
                known = found.get(bytes(key), (0, 0))
                found[bytes(key)] = (known[0] + persons, known[1] + names)
        bulk.drop("stage_rung")
    return found


def name_bearers(names: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Return how many persons bear each name, given with its sound, in the register and among the new."""
    listed = list(names)
    found = register.count_names(listed, is_bulk=len(listed) > MANY)
    bulk.values("stage_called", "name", "text", [name for name, _ in listed])
    with connection.cursor() as cursor, register.looking_up(is_bulk=True):
        cursor.execute(
            "SELECT r.name, count(DISTINCT r.person_id) FROM stage_called c JOIN stage_row r USING (name)"
            " JOIN stage_side s ON s.person_id = r.person_id AND s.is_new GROUP BY 1"
        )
        for name, persons in cursor.fetchall():
            found[name] = found.get(name, 0) + persons
    bulk.drop("stage_called")
    return found


def rows_of(found: Candidates) -> Iterator[Row]:
    """Yield what all candidates say, in the roll and in the register, opened now if it was not yet."""
    persons = found.persons
    for person in sorted(persons & found.opened.keys()):
        yield from found.opened[person]
    yield from rows_of_staged(persons - found.opened.keys())
    new = {person for person, (is_new, _, _) in found.sides.items() if is_new}
    yield from rows_of_known(persons - new)


def rows_of_staged(persons: set[int]) -> Iterator[Row]:
    """Yield what the roll says of these persons, opened now."""
    bulk.values("stage_closed", "person_id", "bigint", sorted(persons))
    with register.looking_up(is_bulk=True):
        for position, person, sealed, domain in bulk.streamed(
            "SELECT r.position, r.person_id, d.sealed, r.domain FROM stage_row r JOIN stage_closed USING (person_id)"
            " JOIN stage_said d USING (position) ORDER BY r.position"
        ):
            yield Row(person, _said(sealed, domain), position=position)
    bulk.drop("stage_closed")


def rows_of_known(persons: set[int]) -> Iterator[Row]:
    """Yield what the register has on these persons."""
    for person, record, values in register.opened(sorted(persons), is_bulk=len(persons) > MANY):
        yield Row(person, {key: value for key, value in values.items() if key in READ}, record=record)
