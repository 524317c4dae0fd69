"""Who is affected by a leak, as the register tells it, and the words in which they and the authority are told."""

from typing import Any

from django.db import connection

from tongdeng.access import selectors as access
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org.types import territory_of
from tongdeng.privacy.models import Breach
from tongdeng.privacy.types import LeakScope

# A record that somebody else has now was theirs when it leaked: every link counts, not the live one alone.
BY_RECORD = """
SELECT DISTINCT coalesce(p.survivor_id, p.id) FROM people_link l
  JOIN people_record r ON r.id = l.record_id JOIN people_person p ON p.id = l.person_id
 WHERE (%(source)s = '' OR r.source = %(source)s)
   AND (%(batch)s::bigint IS NULL OR EXISTS (
        SELECT FROM people_sighting s WHERE s.record_id = r.id AND s.batch_id = %(batch)s))
   AND (%(since)s::date IS NULL OR r.recorded_at >= %(since)s)
   AND (%(until)s::date IS NULL OR r.recorded_at < %(until)s::date + 1)
   AND (%(lo)s = '' OR (r.territory >= %(lo)s AND r.territory < %(hi)s))"""
BY_TABLE = """
SELECT DISTINCT coalesce(p.survivor_id, p.id) FROM {table} t JOIN people_person p ON p.id = t.person_id
 WHERE (%(lo)s = '' OR (t.territory >= %(lo)s AND t.territory < %(hi)s))"""
BY_ENTRY = """
SELECT DISTINCT coalesce(p.survivor_id, p.id) FROM people_person p
  JOIN privacy_subjects_of(%(entries)s) AS subject ON subject = p.id"""


def tables() -> list[str]:
    """Return the tables with personal data that name their person, which a leak may be of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND column_name = 'person_id' AND table_name = ANY(%s) ORDER BY 1",
            [list(access.personal_tables())],
        )
        return [str(row[0]) for row in cursor.fetchall()]


def affected(scope: LeakScope) -> set[int]:
    """Return the persons whom a leak touches, among those the reader may see; an empty description touches nobody."""
    if scope.is_empty:
        return set()
    lo, hi = territory_of(scope.place) if scope.place else ("", "")
    values: dict[str, Any] = {
        "source": scope.source, "batch": scope.batch, "since": scope.since, "until": scope.until, "lo": lo, "hi": hi,
        "entries": list(scope.entries),
    }  # fmt: skip
    found: set[int] | None = None
    queries = []
    if scope.entries:
        queries.append(BY_ENTRY)
    if scope.table:
        if scope.table not in tables():
            raise ValueError(scope.table)  # the form offers no other
        queries.append(BY_TABLE.format(table=scope.table))
    if scope.source or scope.batch or scope.since or scope.until or (scope.place and not queries):
        queries.append(BY_RECORD)
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute(query, values)
            persons = {int(row[0]) for row in cursor.fetchall()}
            found = persons if found is None else found & persons
    return found or set()


def to_authority(breach: Breach, county: Text) -> Text:
    """Return the draft of what the authority is told."""
    at = f"{breach.found_at.astimezone(clock.CHINA):%Y-%m-%d %H:%M}"
    return Text(
        f"{county.zh}个人信息安全事件报告\n发现时间：{at}\n泄露的种类和经过：{breach.what}\n"
        f"原因：{breach.cause or '正在查'}\n"
        f"受影响人数：{breach.persons}\n可能的危害：{breach.harm or '正在评估'}\n"
        f"已采取的措施：{breach.measures or '正在采取'}\n"
        f"联系方式：{breach.contact}",
        f"Report of a personal-data breach, {county.en}\nFound: {at}\nWhat leaked and how: {breach.what}\n"
        f"Cause: {breach.cause or 'under investigation'}\nPersons affected: {breach.persons}\n"
        f"Possible harm: {breach.harm or 'being assessed'}\nMeasures: {breach.measures or 'under way'}\n"
        f"Contact: {breach.contact}",
    )


def to_persons(breach: Breach) -> Text:
    """Return the draft of what each person is told."""
    return Text(
        f"您的资料可能泄露了。\n{breach.what}\n可能的影响：{breach.harm or '正在评估'}\n"
        f"已经做的和您可以做的：{breach.measures or '正在采取措施'}\n联系：{breach.contact}",
        f"Your data may have leaked.\n{breach.what}\nWhat may follow: {breach.harm or 'being assessed'}\n"
        f"What was done, and what you can do: {breach.measures or 'measures are under way'}\nContact: {breach.contact}",
    )
