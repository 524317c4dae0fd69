"""Reads of the register. Row security decides what comes back; no function here filters by right."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.org.types import territory_of
from tongdeng.people import newer_keys, records, sources
from tongdeng.people.types import Statement


@lru_cache(maxsize=4)
def county_code(on: date) -> str:
    """Return the 12-digit code of the county: the territory of whoever has no community."""
    return org.county(on).code


# The attributes of the identity table; everything else a row says becomes a spell.
RESOLVED = (
    "name", "sex", "born_on", "id_number", "id_claimed", "phone", "hukou_code", "hukou_address", "address",
    "education_level", "marital_status",
)  # fmt: skip


@lru_cache(maxsize=1)
def ranks() -> dict[str, dict[str, int]]:
    """Return for each attribute the rank of every source that may state it; 0 is believed most."""
    return {attribute: sources.ranks_of(attribute) for attribute in RESOLVED}


def domain_of(source: str) -> str:
    """Return the confidentiality domain of a source's rows."""
    return sources.known()[source].domain


Row = tuple[Any, ...]


def statements_of(persons: Iterable[int], among: Iterable[str] = ()) -> Iterator[tuple[int, Statement]]:
    """Yield (person, statement) for every live record linked to these persons, of some sources or of all."""
    return opened(rows_of(persons, among))


def rows_of(persons: Iterable[int], among: Iterable[str] = ()) -> list[Row]:
    """Return the same still sealed."""
    bulk.values("stage_persons", "person_id", "bigint", persons)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.person_id, r.id, r.source, r.sealed, r.domain, r.as_at, r.row_on, r.recorded_at, r.digest"
            " FROM (SELECT person_id, record_id FROM people_link WHERE superseded_at IS NULL"
            "   AND person_id = ANY(ARRAY(SELECT person_id FROM stage_persons)) OFFSET 0) l"
            " CROSS JOIN LATERAL (SELECT id, source, sealed, domain, as_at, row_on, recorded_at, digest,"
            "   superseded_at FROM people_record WHERE id = l.record_id OFFSET 0) r"
            " WHERE r.superseded_at IS NULL AND (%(all)s OR r.source = ANY(%(among)s))",
            {"all": not among, "among": list(among)},
        )
        found = cursor.fetchall()
    bulk.drop("stage_persons")
    return found


def opened(rows: Iterable[Row]) -> Iterator[tuple[int, Statement]]:
    """Yield (person, statement) for rows that `rows_of` returned; it needs no connection."""
    for person, i, source, sealed, domain, as_at, row_on, recorded_at, digest in rows:
        yield person, Statement(i, source, records.unseal(sealed, domain), as_at, row_on, recorded_at, bytes(digest))


def persons_by_key(keys: Iterable[bytes]) -> dict[bytes, set[int]]:
    """Return for each blind key the persons that bear it, merged persons by their survivor."""
    forms = newer_keys.forms_of(keys)
    bulk.values("stage_keys", "key", "bytea", forms)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k.key, coalesce(p.survivor_id, p.id) FROM people_key k JOIN stage_keys USING (key)"
            " JOIN people_person p ON p.id = k.person_id"
        )
        found: dict[bytes, set[int]] = {}
        for key, person in cursor.fetchall():
            found.setdefault(forms[bytes(key)], set()).add(person)
    bulk.drop("stage_keys")
    return found


def numbers_of(persons: Iterable[int]) -> dict[int, list[tuple[int, bytes]]]:
    """Return the blind keys (kind, key) of these persons."""
    bulk.values("stage_persons", "person_id", "bigint", persons)
    with connection.cursor() as cursor:
        cursor.execute("SELECT k.person_id, k.kind, k.key FROM people_key k JOIN stage_persons USING (person_id)")
        found: dict[int, list[tuple[int, bytes]]] = {}
        for person, kind, key in cursor.fetchall():
            found.setdefault(person, []).append((kind, bytes(key)))
    bulk.drop("stage_persons")
    return found


def taken_person_ids(candidates: Iterable[int]) -> set[int]:
    """Return those of these ids that are in use."""
    bulk.values("stage_taken", "id", "bigint", candidates)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_person JOIN stage_taken USING (id)")
        found = {row[0] for row in cursor.fetchall()}
    bulk.drop("stage_taken")
    return found


def local_numbers(keys: Iterable[bytes]) -> dict[bytes, date | None]:
    """Return those blind keys that belong to registered residents not in the register, with their newest row's date."""
    forms = newer_keys.forms_of(keys)
    bulk.values("stage_local_keys", "key", "bytea", forms)
    with connection.cursor() as cursor:
        cursor.execute("SELECT n.key, n.row_on FROM people_local_number n JOIN stage_local_keys USING (key)")
        found = {forms[bytes(key)]: row_on for key, row_on in cursor.fetchall()}
    bulk.drop("stage_local_keys")
    return found


def territories(persons: Iterable[int]) -> dict[int, str]:
    """Return the territory of each of these persons."""
    bulk.values("stage_where", "id", "bigint", persons)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, territory FROM people_person WHERE id = ANY(ARRAY(SELECT id FROM stage_where))")
        found: dict[int, str] = dict(cursor.fetchall())
    bulk.drop("stage_where")
    return found


def merged_or_silent(persons: Iterable[int]) -> set[int]:
    """Return those of these persons who live on under another id, or whose records were all withdrawn."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM people_person WHERE id = ANY(%s) AND (survivor_id IS NOT NULL OR retired_at IS NOT NULL)",
            [list(persons)],
        )
        return {row[0] for row in cursor.fetchall()}


def reach_of(post_id: int) -> tuple[str, str]:
    """Return the range [lo, hi) of territories a post may see and write."""
    post = org.Post.objects.get(pk=post_id)
    return str(post.lo), str(post.hi)


def names_of(persons: Iterable[int]) -> dict[int, str]:
    """Return the chosen name of each of these persons; of an id that was merged, the name of whom it is now."""
    listed = list(persons)
    if not listed:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, i.name FROM people_person p JOIN people_identity i"
            " ON i.person_id = coalesce(p.survivor_id, p.id) WHERE p.id = ANY(%s)",
            [listed],
        )
        return dict(cursor.fetchall())


def has_batches() -> bool:
    """Tell whether anything was taken in or is on its way; a file that was refused left nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM people_batch WHERE state NOT IN ('failed', 'cancelled', 'tried'))")
        return bool(cursor.fetchone()[0])


def movements(since: date, until: date, place: str) -> tuple[int, int]:
    """Return how many people arrived and how many left between two days, in a division."""
    lo, hi = territory_of(place)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT person_id) FILTER (WHERE starts_on BETWEEN %s AND %s),"
            " count(DISTINCT person_id) FILTER (WHERE ends_on BETWEEN %s AND %s)"
            " FROM people_stay WHERE rank = 1 AND community >= %s AND community < %s",
            [since, until, since, until, lo, hi],
        )
        came, left = cursor.fetchone()
    return int(came), int(left)


def compared_sources() -> frozenset[str]:
    """Return the sources whose rows say who somebody is and may be shown beside others.

    A record of a service given repeats what the counter was told, and what a sealed bureau says is shown to no other.
    """
    return frozenset(n for n, one in sources.known().items() if one.makes != {"delivery"} and not one.shown_to)


def stay_sources() -> frozenset[str]:
    """Return the sources whose rows say where somebody lives."""
    return frozenset(name for name, one in sources.known().items() if "stay" in one.makes)


def source_name(source: str) -> tuple[str, str, str]:
    """Return what a source is called, in Chinese and English, and the code of the bureau that keeps it."""
    known = sources.known()[source]
    return known.title.zh, known.title.en, known.bureau


def source_short(source: str) -> Text:
    """Return what a source is called where there is little room."""
    return sources.known()[source].short


def changed_since(at: datetime) -> bool:
    """Tell whether a roll was taken in or taken back after an instant."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM people_batch WHERE file_name <> '' AND finished_at > %s"
            " AND state IN ('done', 'withdrawn'))",
            [at],
        )
        return bool(cursor.fetchone()[0])


def persons_at(codes: Iterable[str]) -> set[int]:
    """Return the persons who lie with one of these divisions, or have ever had a stay or a lease there."""
    listed = list(codes)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM people_stay WHERE community = ANY(%(codes)s)"
            " UNION SELECT person_id FROM people_tenancy WHERE community = ANY(%(codes)s)"
            " UNION SELECT id FROM people_person WHERE territory = ANY(%(codes)s) AND survivor_id IS NULL",
            {"codes": listed},
        )
        return {row[0] for row in cursor.fetchall()}


def homes_in(place: str, on: date) -> list[tuple[int, str, str | None, date]]:
    """Return (person, community, address, since) of the best believed open stay of everybody in a division."""
    lo, hi = territory_of(place)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (person_id) person_id, community, address, starts_on FROM people_stay"
            " WHERE community >= %(lo)s AND community < %(hi)s AND starts_on <= %(on)s"
            " AND (ends_on IS NULL OR ends_on > %(on)s) ORDER BY person_id, rank, starts_on DESC",
            {"lo": lo, "hi": hi, "on": on},
        )
        return [(row[0], row[1], row[2], row[3]) for row in cursor.fetchall()]
