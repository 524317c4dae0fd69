"""Signs in the register's own records that somebody with an open police stay has left. Never from places or phones."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from tongdeng.kernel import ids
from tongdeng.org.types import territory_of

# A police station checks each registration once a year; one that no roll of a whole year repeats was not checked.
UNSEEN_DAYS = 365
SIGNS = ("elsewhere", "lease_ended", "unseen", "child_elsewhere")
# The stays come in the order of the page, community by community, and each sign is looked up for one after the other
# (OFFSET 0 keeps the planner from joining whole tables and sorting then): a page of the county ends with its last line.
LIKELY = """
SELECT o.person_id, i.name, o.community, o.address, o.starts_on, o.as_at,
       s.elsewhere, s.lease_ended, s.unseen, s.child_elsewhere
FROM (
    SELECT person_id, record_id, community, address, coalesce(address, '') AS home, starts_on, as_at FROM people_stay
    WHERE community >= %(lo)s AND community < %(hi)s AND rank = 1 AND source = 'police'
      AND starts_on <= %(today)s AND (ends_on IS NULL OR ends_on > %(today)s) {after}
    ORDER BY community, home, person_id OFFSET 0
) o
CROSS JOIN LATERAL (SELECT name, id_index FROM people_identity WHERE person_id = o.person_id OFFSET 0) i
CROSS JOIN LATERAL (
    SELECT
        EXISTS (SELECT 1 FROM people_stay n WHERE n.person_id = o.person_id AND n.community <> o.community
                AND n.rank = 1 AND n.starts_on > o.starts_on) AS elsewhere,
        -- Every lease there has an end, and the last of them is over.
        (SELECT max(coalesce(t.ends_on, 'infinity'::date)) FROM people_tenancy t
          WHERE t.person_id = o.person_id AND t.community = o.community) <= %(today)s AS lease_ended,
        o.as_at < %(unseen)s AND o.as_at < (
            SELECT max(b.as_at) FROM people_batch b WHERE b.source = 'police' AND b.state = 'done'
        ) AS unseen,
        EXISTS (SELECT 1 FROM people_schooling c JOIN people_person p ON p.id = c.person_id
                WHERE c.guardian_id_index = i.id_index AND c.as_at >= o.as_at AND c.territory <> o.community
                  AND right(c.territory, 3) <> '000' AND p.retired_at IS NULL) AS child_elsewhere,
        EXISTS (SELECT 1 FROM people_stay n WHERE n.person_id = o.person_id AND n.community = o.community
                AND n.rank = 1 AND n.source = 'police' AND n.starts_on <= %(today)s
                AND (n.ends_on IS NULL OR n.ends_on > %(today)s)
                AND (n.starts_on, n.record_id) > (o.starts_on, o.record_id)) AS is_stated_anew
    OFFSET 0
) s
WHERE (s.elsewhere OR s.lease_ended OR s.unseen OR s.child_elsewhere) AND NOT s.is_stated_anew
ORDER BY o.community, o.home, o.person_id LIMIT %(size)s"""
# Whoever stood last on the page before may have gone since: then it goes on from the first address of the community.
AFTER = """AND (community, coalesce(address, ''), person_id) > (%(after)s, coalesce((
    SELECT l.address FROM people_stay l WHERE l.person_id = %(person)s AND l.community = %(after)s AND l.rank = 1
       AND l.source = 'police' ORDER BY l.starts_on DESC, l.record_id DESC LIMIT 1), ''), %(person)s)"""


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody who may have left: `signs` are some of SIGNS, `seen_on` the day up to which the stay was stated."""

    person_id: int
    name: str
    community: str
    address: str | None
    starts_on: date
    seen_on: date
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Cursor:
    """The last line of a page: where the next one begins. Nobody's address is in it, for it stands in the browser's."""

    community: str
    person_id: int

    def __str__(self) -> str:
        """Return it as an address carries it."""
        return f"{self.community}.{ids.show(self.person_id)}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """Return what an address carries; None for anything else."""
        community, _, ref = text.partition(".")
        person_id = ids.read(ref[:20])
        is_code = len(community) == 12 and community.isascii() and community.isdecimal()
        return cls(community, person_id) if is_code and person_id is not None else None


def likely_absent(
    place: str, today: date, *, size: int, after: Cursor | None = None
) -> tuple[list[Absent], Cursor | None]:
    """Return a page of a division's open police stays with a sign that the person has left, by community and address.

    Beside it, where the next page begins; None on the last one.
    """
    with in_order(), connection.cursor() as cursor:
        cursor.execute(*statement(place, today, size=size + 1, after=after))
        found = [
            Absent(*row[:6], tuple(sign for sign, seen in zip(SIGNS, row[6:], strict=True) if seen))
            for row in cursor.fetchall()
        ]
    last = found[size - 1] if len(found) > size else None
    return found[:size], Cursor(last.community, last.person_id) if last else None


def statement(place: str, today: date, *, size: int, after: Cursor | None = None) -> tuple[str, dict[str, Any]]:
    """Return the query of a page with its values."""
    lo, hi = territory_of(place)
    given: dict[str, Any] = {
        "lo": max(lo, after.community) if after else lo, "hi": hi, "today": today, "size": size,
        "unseen": today - timedelta(days=UNSEEN_DAYS),
    }  # fmt: skip
    given |= {"after": after.community, "person": after.person_id} if after else {}
    return LIKELY.format(after=AFTER if after else ""), given


@contextmanager
def in_order() -> Iterator[None]:
    """Let a page be read community by community: else the planner, who takes a county for small, sorts all of it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        yield
        cursor.execute("SET LOCAL enable_sort = on")
