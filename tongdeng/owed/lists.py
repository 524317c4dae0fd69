"""The owed list of a place: a page's rows and all counts, in one query or each in its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import connection

from tongdeng.catalogue import selectors as catalogue
from tongdeng.org.types import territory_of
from tongdeng.owed.windows import kind_of

PAGE = 50  # lines; a person's lines are never parted
SOON_DAYS = 7
TABS = ("owed", "unknown", "done", "declined")
DUE = ("overdue", "week", "never")
ITEMS = (Path(__file__).parent / "lists.sql").read_text(encoding="utf-8")
TERRITORY = "w.territory >= %(lo)s AND w.territory < %(hi)s"
PERSON = "w.person_id = %(person)s"

# The room is left out: people of one building are one visit.
DWELLING = "regexp_replace(address, '([0-9]+单元.*|[0-9]+[室房]|[东南西北正上下][屋房厢][0-9]*间?)$', '')"
STREET = """
substring(dwelling FROM '^[^0-9]*') AS street, substring(dwelling FROM '[0-9]+')::numeric AS house,
substring(dwelling FROM '[0-9]+[^0-9]+([0-9]+)')::numeric AS building"""
WALK = "street, house, building, dwelling, address, person_id"
ORDERS = {
    "dwelling": (f"{WALK}, due_on, service", "person_id"),
    "date": (f"due_on, {WALK}, service", "due_on, person_id"),
    "done": (f"outcome_on DESC, {WALK}, service", "outcome_on, person_id"),
}
CONDITIONS = {
    "": "true",
    "overdue": "item.due_on < %(today)s",
    "week": "item.due_on BETWEEN %(today)s AND %(soon)s",
    "never": "NOT item.is_spoken_of",
}


@dataclass(frozen=True)
class Wanted:
    """Which part of the list is asked for. `order` is `dwelling` or `date`; pages count from 0."""

    place: str
    today: date
    tab: str = "owed"
    service: str = ""
    due: str = ""
    order: str = "dwelling"
    page: int | None = 0  # None: everything, for an export


@dataclass(frozen=True, slots=True)
class Line:
    """One service of one person in the list."""

    person_id: int
    name: str
    sex: str | None
    born_on: date | None
    address: str
    dwelling: str
    service: str
    opens_on: date | None
    due_on: date | None
    is_offered: bool
    outcome_on: date | None
    missing: str
    contact_on: date | None
    contact_channel: str | None
    contact_outcome: str | None
    position: int
    total: int


@dataclass(frozen=True)
class Counts:
    """How many lines each tab has by service, and how many of the owed ones each filter leaves."""

    by_tab: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    by_due: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    people: int = 0  # to whom anything is owed

    def of(self, tab: str, service: str = "") -> int:
        """Return the lines of a tab, of one service or of all."""
        found = self.by_tab.get(tab, {})
        return found.get(service, 0) if service else sum(found.values())

    def due(self, kind: str, service: str = "") -> int:
        """Return the owed lines that are overdue, due within a week, or never spoken of."""
        found = self.by_due.get(kind, {})
        return found.get(service, 0) if service else sum(found.values())


@dataclass(frozen=True, slots=True)
class OpenService:
    """A service that may be recorded for a person now."""

    service: str
    opens_on: date
    due_on: date
    closes_on: date | None


@lru_cache(maxsize=8)
def _once(day: date) -> list[str]:
    """Return the services that are settled for good by any delivery, an earlier one too."""
    return [service.code for service, version in catalogue.open_law().in_force_on(day) if kind_of(version) == "once"]


def _days(today: date) -> dict[str, Any]:
    return {
        "today": today, "soon": today + timedelta(days=SOON_DAYS), "monday": today - timedelta(days=today.weekday()),
        "year_start": today.replace(month=1, day=1), "once": _once(today),
    }  # fmt: skip


def _fetch(query: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


# Whom the reader may see, each once for all of their lines. OFFSET keeps it that way: by the key of each, though joins
# are by hashing.
SEEN = """
seen AS MATERIALIZED (
    SELECT person_id, home.*
    FROM (SELECT DISTINCT person_id FROM item) AS one CROSS JOIN LATERAL (
        SELECT i.name, i.sex, i.born_on, coalesce(i.address, '') AS address
        FROM people_identity i WHERE i.person_id = one.person_id OFFSET 0
    ) AS home
)"""
SHOWN = f"""
wanted AS MATERIALIZED (
    SELECT * FROM item WHERE tab = %(tab)s AND (%(service)s = '' OR service = %(service)s) AND {{condition}}
),
living AS MATERIALIZED (
    SELECT *, {STREET} FROM (
        SELECT *, coalesce({DWELLING}, '') AS dwelling FROM seen WHERE person_id IN (SELECT person_id FROM wanted)
    ) AS home
),
numbered AS (
    SELECT wanted.*, name, sex, born_on, address, dwelling,
           row_number() OVER (ORDER BY {{order}}) AS position, count(*) OVER () AS total
    FROM wanted JOIN living USING (person_id)
),
paged AS (SELECT *, (min(position) OVER (PARTITION BY {{unit}}) - 1) / {PAGE} AS page FROM numbered),
shown AS (
    SELECT p.person_id, name, sex, born_on, address, dwelling, p.service, opens_on, due_on, is_offered, outcome_on,
           coalesce(missing, ''), contact.served_on, contact.channel, contact.outcome, position, total
    FROM paged p LEFT JOIN LATERAL (
        SELECT d.served_on, d.channel, d.outcome FROM delivery_delivery d
        WHERE d.person_id = ANY(p.ids) AND d.service = p.service AND d.served_on >= p.opens_on
        ORDER BY d.served_on DESC, d.record_id DESC LIMIT 1
    ) contact ON true
    WHERE %(page)s::integer IS NULL OR page = %(page)s
)"""
COUNTED = f"""
counted AS (
    SELECT tab, service, count(*) AS lines, count(DISTINCT person_id) FILTER (WHERE tab = 'owed') AS people,
           {", ".join(f"count(*) FILTER (WHERE tab = 'owed' AND {CONDITIONS[due]})" + f" AS {due}" for due in DUE)}
    FROM item JOIN seen USING (person_id) GROUP BY GROUPING SETS ((tab, service), (tab))
)"""


def _shown(wanted: Wanted) -> str:
    by_date = "done" if wanted.tab in ("done", "declined") else "date"
    order, unit = ORDERS[by_date if wanted.order == "date" and wanted.tab != "unknown" else "dwelling"]
    return SHOWN.format(order=order, unit=unit, condition=CONDITIONS[wanted.due])


def _fetch_place(query: str, wanted: Wanted) -> list[tuple[Any, ...]]:
    """Run a query over a place's items. The planner cannot know how many these are: it expects a few, not thousands."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        found = _fetch(f"WITH {ITEMS.format(scope=TERRITORY)}, {SEEN}, {query}", _values(wanted))
        cursor.execute("SET LOCAL enable_nestloop = on")
    return found


def _values(wanted: Wanted) -> dict[str, Any]:
    lo, hi = territory_of(wanted.place)
    asked = {"tab": wanted.tab, "service": wanted.service, "page": wanted.page}
    return {**_days(wanted.today), "lo": lo, "hi": hi, **asked}


def lines(wanted: Wanted) -> list[Line]:
    """Return a page of the list in the order asked for; a page behind the last one is empty."""
    return [Line(*row) for row in _fetch_place(f"{_shown(wanted)} SELECT * FROM shown ORDER BY position", wanted)]


def counts(place: str, today: date) -> Counts:
    """Return every count the page shows, in one query."""
    return _counts(_fetch_place(f"{COUNTED} SELECT json_agg(counted) FROM counted", Wanted(place, today)))


def listed(wanted: Wanted) -> tuple[list[Line], Counts]:
    """Return a page of the list and every count beside it, of one reading: it costs little more than either."""
    rows = _fetch_place(
        f"""{_shown(wanted)}, {COUNTED}
        SELECT told.counts, shown.* FROM shown FULL JOIN (
            SELECT json_agg(counted) AS counts, (SELECT coalesce(min(position), 0) FROM shown) AS first FROM counted
        ) told ON shown.position = told.first ORDER BY position""",
        wanted,
    )
    return [Line(*row[1:]) for row in rows if row[1] is not None], _counts([row[:1] for row in rows if row[0]])


def _counts(rows: Sequence[tuple[Any, ...]]) -> Counts:
    by_tab: dict[str, dict[str, int]] = {tab: {} for tab in TABS}
    by_due: dict[str, dict[str, int]] = {due: {} for due in DUE}
    people = 0
    for one in (each for (told,) in rows for each in told or ()):
        if one["service"] is None:
            people = one["people"] if one["tab"] == "owed" else people
            continue
        by_tab[one["tab"]][one["service"]] = one["lines"]
        for due in DUE:
            by_due[due][one["service"]] = by_due[due].get(one["service"], 0) + one[due]
    return Counts(by_tab, by_due, people)


def open_services(person_id: int, today: date) -> list[OpenService]:
    """Return what is owed to one person now, the most urgent first."""
    rows = _fetch(
        f"""WITH {ITEMS.format(scope=PERSON)}
        SELECT service, opens_on, due_on, closes_on FROM item WHERE tab = 'owed' ORDER BY due_on, service""",
        {**_days(today), "person": person_id},
    )
    return [OpenService(*row) for row in rows]
