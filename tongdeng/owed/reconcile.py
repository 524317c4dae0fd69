"""The nightly check: windows as they are stored beside windows determined anew for the same day and law.

Nothing but the passing of time may change a window that no job was asked to change. What differs all the same is a
fault. What changed lately and has its job still ahead of it is none: those rows wait, and are counted apart.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.kernel import clock
from tongdeng.owed import store
from tongdeng.people import selectors as registry
from tongdeng.work import selectors as work

PLACE_JOB = "tongdeng.insight.tasks.refresh_place"
JOBS_FOR_EVERYONE = ("tongdeng.insight.tasks.refresh_everyone", "tongdeng.intake.tasks.import_upload")
# A change is committed before its job is asked for, and a merge is settled by a job of its own before the places are
# determined. What is older than this and still not determined was forgotten.
ON_ITS_WAY = timedelta(minutes=10)

STORED = {
    f"stored_{name}": f"SELECT person_id AS n, territory::text AS community, {', '.join(columns)} FROM {name}"
    for name, columns in store.OWN.items()
}
SIDES = """
CREATE OR REPLACE TEMP TABLE {name}_wanted AS
    SELECT person_id AS n, territory AS community, {columns} FROM ({wanted});
CREATE OR REPLACE TEMP TABLE {name}_lost AS FROM {name}_wanted EXCEPT ALL FROM stored_{name};
CREATE OR REPLACE TEMP TABLE {name}_extra AS FROM stored_{name} EXCEPT ALL FROM {name}_wanted"""
# A row that is there in another form is one difference, not two.
PAIRED = """
SELECT n, service, community, kind FROM (
    SELECT coalesce(l.n, x.n) AS n, coalesce(l.service, x.service) AS service,
           coalesce(l.community, x.community) AS community,
           CASE WHEN x.n IS NULL THEN 'missing' WHEN l.n IS NULL THEN 'extra' ELSE 'differs' END AS kind
    FROM (SELECT *, row_number() OVER (PARTITION BY n, service{key}) AS twin FROM {name}_lost) l
    FULL JOIN (SELECT *, row_number() OVER (PARTITION BY n, service{key}) AS twin FROM {name}_extra) x
        USING (n, service{key}, twin))"""
RECENT = """
SELECT t.person_id FROM stage_differing t JOIN people_person p ON p.id = t.person_id OR p.survivor_id = t.person_id
WHERE EXISTS (SELECT 1 FROM people_link l JOIN people_record r ON r.id = l.record_id
              WHERE l.person_id = p.id AND greatest(l.recorded_at, l.superseded_at, r.superseded_at) > %(since)s)
   OR EXISTS (SELECT 1 FROM people_merge m WHERE m.person_id = p.id
              AND greatest(m.recorded_at, m.undone_at) > %(since)s)"""


@dataclass(frozen=True, slots=True)
class Cell:
    """How many windows of a service differ in a community: missing, extra, differs; unknown answers likewise."""

    service: str
    community: str
    kind: str
    windows: int


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs as a fault, how many more only wait for their job, and persons of whom nothing should be stored."""

    cells: tuple[Cell, ...]
    waiting: int
    compared: int
    astray: frozenset[int]

    @property
    def faults(self) -> int:
        """Return how many rows differ without a job being on its way."""
        return sum(cell.windows for cell in self.cells)


NOTHING = Differences((), 0, 0, frozenset())


def must_wait(determined_at: datetime) -> bool:
    """Tell whether a roll or a job for everyone came since: then everything differs rightly, and soon will not."""
    return registry.changed_since(determined_at) or any(work.jobs_ahead(name) for name in JOBS_FOR_EVERYONE)


def compare(link: Any) -> Differences:
    """Compare what was just determined on `link` with what was stored at the moment its tables were read."""
    found = []
    # Whoever was read under their own id stands for themselves.
    link.execute("CREATE OR REPLACE TEMP TABLE who AS SELECT n, n AS person_id, community AS territory FROM person")
    for name, key in (("owed_window", ", opens_on"), ("owed_unknown", "")):
        columns = ", ".join(store.OWN[name])
        link.execute(SIDES.format(name=name, columns=columns, wanted=store.wanted(name, "who")))
        found += link.execute(PAIRED.format(name=name, key=key)).fetchall()
    compared = link.execute("SELECT count(*) FROM stored_owed_window").fetchone()[0]
    persons = {row[0] for row in found}
    on_their_way = _recent(persons)
    asked = {str(arguments["community"]) for arguments in work.jobs_ahead(PLACE_JOB)}
    faults = [row for row in found if row[0] not in on_their_way and row[2] not in asked]
    counted = Counter((service, community, kind) for _, service, community, kind in faults)
    cells = tuple(Cell(*which, number) for which, number in sorted(counted.items()))
    return Differences(cells, len(found) - len(faults), compared, frozenset(_astray(link, persons)))


def _recent(persons: set[int]) -> set[int]:
    bulk.values("stage_differing", "person_id", "bigint", persons)
    with connection.cursor() as cursor:
        cursor.execute(RECENT, {"since": clock.now() - ON_ITS_WAY})
        found = {row[0] for row in cursor.fetchall()}
    bulk.drop("stage_differing")
    return found


def _astray(link: Any, persons: set[int]) -> set[int]:
    known = {row[0] for row in link.execute("SELECT n FROM person").fetchall()}
    return persons - known
