"""Signs in the register's own records that somebody with an open police stay has left. Never from places or phones."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from tongdeng.org.types import territory_of

# A police station checks each registration once a year; one that no roll of a whole year repeats was not checked.
UNSEEN_DAYS = 365
SIGNS = ("elsewhere", "lease_ended", "unseen", "child_elsewhere")
LIKELY = """
WITH open_stay AS (
    SELECT DISTINCT ON (s.person_id, s.community) s.person_id, s.community, s.starts_on, s.address, s.as_at, s.source
    FROM people_stay s
    WHERE s.community >= %(lo)s AND s.community < %(hi)s AND s.rank = 1 AND s.source = 'police'
      AND s.starts_on <= %(today)s AND (s.ends_on IS NULL OR s.ends_on > %(today)s)
    ORDER BY s.person_id, s.community, s.starts_on DESC
),
signed AS (
    SELECT o.*,
        EXISTS (SELECT 1 FROM people_stay n WHERE n.person_id = o.person_id AND n.community <> o.community
                AND n.rank = 1 AND n.starts_on > o.starts_on) AS elsewhere,
        EXISTS (SELECT 1 FROM people_tenancy t WHERE t.person_id = o.person_id AND t.community = o.community
                AND t.ends_on <= %(today)s)
            AND NOT EXISTS (SELECT 1 FROM people_tenancy t WHERE t.person_id = o.person_id
                AND t.community = o.community AND (t.ends_on IS NULL OR t.ends_on > %(today)s)) AS lease_ended,
        o.as_at < %(unseen)s AND EXISTS (
            SELECT 1 FROM people_batch b WHERE b.source = 'police' AND b.state = 'done' AND b.as_at > o.as_at
        ) AS unseen,
        EXISTS (SELECT 1 FROM people_identity g JOIN people_schooling c ON c.guardian_id_index = g.id_index
                JOIN people_person p ON p.id = c.person_id
                WHERE g.person_id = o.person_id AND c.as_at >= o.as_at AND c.territory <> o.community
                  AND right(c.territory, 3) <> '000' AND p.retired_at IS NULL) AS child_elsewhere
    FROM open_stay o
)
SELECT s.person_id, i.name, s.community, s.address, s.starts_on, s.as_at,
       s.elsewhere, s.lease_ended, s.unseen, s.child_elsewhere
FROM signed s JOIN people_identity i USING (person_id)
WHERE s.elsewhere OR s.lease_ended OR s.unseen OR s.child_elsewhere
ORDER BY s.community, s.address, s.person_id"""


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


def likely_absent(place: str, today: date) -> list[Absent]:
    """Return the open police stays of a division with a sign that the person has left, by community and address."""
    lo, hi = territory_of(place)
    given = {"lo": lo, "hi": hi, "today": today, "unseen": today - timedelta(days=UNSEEN_DAYS)}
    with connection.cursor() as cursor:
        cursor.execute(LIKELY, given)
        return [
            Absent(*row[:6], tuple(sign for sign, found in zip(SIGNS, row[6:], strict=True) if found))
            for row in cursor.fetchall()
        ]
