"""Writes the cache tables of persons from their profiles, many at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db import connection

from tongdeng.kernel import names
from tongdeng.linkage import characters
from tongdeng.people import records, sources, stated
from tongdeng.people.types import Profile, Statement

IDENTITY = (
    "person_id", "territory", "name", "name_sound", "given", "pinyin", "initials", "sex", "born_on", "hukou_code",
    "hukou_address", "address", "education_level", "marital_status", "id_sealed", "id_index", "claimed_sealed",
    "claimed_index", "phone_sealed", "phone_index", "has_police_row", "is_placed", "sources",
)  # fmt: skip
SPELLS: dict[str, tuple[str, ...]] = {
    "stay": (
        "source", "rank", "community", "address", "lodging", "reason", "starts_on", "ends_on", "registered_on",
        "recorded_on",
    ),
    "permit": ("issued_on", "endorsed_on"),
    "job": ("form", "employer", "starts_on", "ends_on"),
    "insurance": (
        "pension_type", "pension_enrolled_on", "unemployment_months", "work_injury_enrolled_on", "medical_type",
        "contribution_months",
    ),
    "schooling": ("school", "stage", "grade", "enrolled_on", "guardian_name", "guardian_id_index"),
    "tenancy": ("community", "address", "starts_on", "ends_on", "lease_number"),
    "household": ("household", "relation", "said_on"),
}  # fmt: skip
KEY = ("person_id", "kind", "key", "territory")
WHO = ("id_number", "name", "born_on", "sex")  # what makes the blind keys of a row
SPELL_HEAD = ("person_id", "record_id", "territory", "as_at")

Profiles = Mapping[int, tuple[Profile, str]]  # person -> profile, territory
Keys = Mapping[int, set[tuple[int, bytes]]]  # person -> (kind, key)
Line = tuple[Any, ...]
Sealed = tuple[bytes | None, bytes | None]  # a value's cipher and blind key
NOTHING_HAD = (None, None, None)  # the blind keys of number, claimed number and phone


def _value(profile: Profile, attribute: str) -> Any:
    believed = profile.attributes.get(attribute)
    return believed.value if believed else None


def _sealed_and_indexed(
    kind: int, value: str | None, had: bytes | None, sealed: Mapping[tuple[int, str], Sealed]
) -> Sealed:
    if value is None:
        return None, None
    if known := sealed.get((kind, value)):
        return known
    key = records.index(kind, value)
    return (None if key == had else records.seal_text(value)), key


def identity_row(
    person: int, profile: Profile, territory: str, had: Sequence[bytes | None] = NOTHING_HAD,
    sealed: Mapping[tuple[int, str], Sealed] = MappingProxyType({}),
) -> Line:  # fmt: skip
    """Return a person's line of `people_identity`.

    A value whose blind key is in `had` is not sealed a second time; `sealed` has ciphers and keys by kind and value.
    """
    plain = [_value(profile, attribute) for attribute in IDENTITY[7:14]]
    name = _value(profile, "name")
    return (
        person,
        territory,
        name,
        characters.sound(name),
        *(word or None for word in names.spoken(name)),
        *plain,
        *_sealed_and_indexed(records.ID, _value(profile, "id_number"), had[0], sealed),
        *_sealed_and_indexed(records.CLAIMED, _value(profile, "id_claimed"), had[1], sealed),
        *_sealed_and_indexed(records.PHONE, _value(profile, "phone"), had[2], sealed),
        profile.has_police_row,
        profile.community is not None,
        stated.written(profile.attributes),
    )


def keys_of(statements: Iterable[Statement]) -> set[tuple[int, bytes]]:
    """Return the blind keys under which new rows find the person of these statements."""
    found = set()
    # A person's records mostly say the same of who it is: each way of saying it is keyed once.
    ways = {tuple(map(one.values.get, WHO)): one.values for one in statements}
    for values in ways.values():
        if values.get("id_number"):
            found.add((records.ID, records.index(records.ID, values["id_number"])))
        triple = records.triple_of(values)
        if triple:
            found.add((records.NAME_BIRTH_SEX, triple))
    return found


def spell_values(values: dict[str, Any], columns: tuple[str, ...]) -> Iterator[Any]:
    """Yield a spell's own columns as the table wants them."""
    for column in columns:
        if column == "guardian_id_index":
            number = values.get("guardian_id_number")
            yield records.index(records.ID, number) if number else None
        else:
            yield values.get(column)


def spell_rows(profiles: Profiles, table: str) -> Iterator[Line]:
    """Yield the lines of a table of spells."""
    columns = SPELLS[table]
    for person, (profile, territory) in profiles.items():
        for spell in profile.spells.get(table, ()):
            yield (person, spell.record_id, territory, spell.as_at, *spell_values(spell.values, columns))


def key_rows(profiles: Profiles, keys: Keys) -> Iterator[Line]:
    """Yield the lines of `people_key`."""
    for person, (_, territory) in profiles.items():
        for kind, key in sorted(keys[person]):
            yield person, kind, key, territory


# ---- persons whom a roll makes, from its stage: the same rows as `refresh` would write, which a test compares ----

# The one row of a person whom it makes.
ALONE = """s.is_new AND NOT s.is_claimed
  AND NOT EXISTS (SELECT FROM stage_several v WHERE v.person_id = s.person_id)"""
ALONE_IDENTITY = f"""
INSERT INTO people_identity (person_id, territory, name, name_sound, given, pinyin, initials, sex, born_on,
  hukou_code,
  hukou_address, address, education_level, marital_status, id_sealed, id_index, claimed_sealed, claimed_index,
  phone_sealed, phone_index,
  has_police_row, is_placed, sources)
SELECT s.person_id, s.territory, s.name, s.name_sound, d.given, d.pinyin, d.initials, s.sex, s.born_on, s.hukou_code,
  d.hukou_address, d.address, d.education_level, d.marital_status, d.id_sealed, s.number_key, d.claimed_sealed,
  d.claimed_index, d.phone_sealed,
  s.phone_key, d.has_police_row, s.community IS NOT NULL, replace(d.sources, '@', s.record_id::text)::jsonb
FROM stage_row s JOIN stage_said d USING (position) WHERE {ALONE}"""
# A claimed number is no key; nor is what its row says of the birth date of somebody whose number says another.
MADE_KEYS = f"""
INSERT INTO people_key (person_id, kind, key, territory)
SELECT person_id, kind, key, territory FROM stage_row s,
LATERAL (VALUES (1, number_key), (2, triple_key)) AS k (kind, key)
WHERE {ALONE} AND key IS NOT NULL UNION ALL
SELECT DISTINCT person_id, kind, key, territory FROM stage_row JOIN stage_several v USING (person_id),
LATERAL (VALUES (1, number_key, NOT is_claimed), (2, triple_key, is_claimed OR NOT needs_name)) AS k (kind, key, counts)
WHERE v.is_made AND counts AND key IS NOT NULL"""
MADE_SPELLS = """
INSERT INTO people_{table} ({names})
SELECT s.person_id, s.record_id, s.territory, s.as_at, {given}
FROM stage_row s JOIN stage_said d USING (position)
WHERE d.has_{table} AND s.person_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM stage_anew a WHERE a.person_id = s.person_id)
  AND NOT EXISTS (SELECT 1 FROM stage_outdated o WHERE o.position = s.position)"""


def tables_of(source: str) -> tuple[str, ...]:
    """Return the caches of spells that a roll's rows can fill; a roll about nobody fills none."""
    known = sources.known().get(source)
    return tuple(table for table in SPELLS if table in known.makes) if known and known.spell else ()


def write_made() -> Iterator[int]:
    """Write the identities of the persons in `stage_row` whom a single row has made, then the keys of all it made.

    Yields how many rows each table has got.
    """
    for statement in (ALONE_IDENTITY, MADE_KEYS):
        with connection.cursor() as cursor:
            cursor.execute(statement)
            count = int(cursor.rowcount)
        yield count


def write_spells(source: str) -> None:
    """Write the spells of the persons whom the rows in `stage_row` have made."""
    with connection.cursor() as cursor:
        for table in tables_of(source):
            columns = SPELLS[table]
            given = ", ".join(f"d.{table}_{column}" for column in columns)
            names = ", ".join((*SPELL_HEAD, *columns))
            cursor.execute(MADE_SPELLS.format(table=table, names=names, given=given))
