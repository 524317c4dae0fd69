"""The owed list of a place: one query for a page's rows, one for all counts."""

from collections.abc import Mapping
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
DWELLING = "regexp_replace(i.address, '([0-9]+单元.*|[0-9]+[室房]|[东南西北正上下][屋房厢][0-9]*间?)$', '')"
STREET = "substring(dwelling FROM '^[^0-9]*'), substring(dwelling FROM '[0-9]+')::numeric"
STREET += ", substring(dwelling FROM '[0-9]+[^0-9]+([0-9]+)')::numeric, dwelling"
ORDERS = {
    "dwelling": (f"{STREET}, address, person_id, due_on, service", "person_id"),
    "date": (f"due_on, {STREET}, address, person_id, service", "due_on, person_id"),
    "done": (f"outcome_on DESC, {STREET}, address, person_id, service", "outcome_on, person_id"),
}
NEVER = (
    "NOT EXISTS (SELECT 1 FROM delivery_delivery c WHERE c.person_id = ANY(item.ids) AND c.service = item.service"
    " AND c.served_on >= item.opens_on)"
)
CONDITIONS = {
    "": "true",
    "overdue": "item.due_on < %(today)s",
    "week": "item.due_on BETWEEN %(today)s AND %(soon)s",
    "never": NEVER,
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


def lines(wanted: Wanted) -> list[Line]:
    """Return a page of the list in the order asked for; a page behind the last one is empty."""
    by_date = "done" if wanted.tab in ("done", "declined") else "date"
    order, unit = ORDERS[by_date if wanted.order == "date" and wanted.tab != "unknown" else "dwelling"]
    lo, hi = territory_of(wanted.place)
    rows = _fetch(
        f"""WITH {ITEMS.format(scope=TERRITORY)},
        line AS (
            SELECT item.*, i.name, i.sex, i.born_on, coalesce(i.address, '') AS address,
                   coalesce({DWELLING}, '') AS dwelling
            FROM item JOIN people_identity i USING (person_id)
            WHERE tab = %(tab)s AND (%(service)s = '' OR service = %(service)s) AND {CONDITIONS[wanted.due]}
        ),
        numbered AS (SELECT *, row_number() OVER (ORDER BY {order}) AS position, count(*) OVER () AS total FROM line),
        paged AS (SELECT *, (min(position) OVER (PARTITION BY {unit}) - 1) / {PAGE} AS page FROM numbered)
        SELECT p.person_id, name, sex, born_on, address, dwelling, p.service, opens_on, due_on, is_offered, outcome_on,
               coalesce(missing, ''), contact.served_on, contact.channel, contact.outcome, position, total
        FROM paged p LEFT JOIN LATERAL (
            SELECT d.served_on, d.channel, d.outcome FROM delivery_delivery d
            WHERE d.person_id = ANY(p.ids) AND d.service = p.service AND d.served_on >= p.opens_on
            ORDER BY d.served_on DESC, d.record_id DESC LIMIT 1
        ) contact ON true
        WHERE %(page)s::integer IS NULL OR page = %(page)s ORDER BY position""",
        {**_days(wanted.today), "lo": lo, "hi": hi, "tab": wanted.tab, "service": wanted.service, "page": wanted.page},
    )
    return [Line(*row) for row in rows]


def counts(place: str, today: date) -> Counts:
    """Return every count the page shows, in one query."""
    lo, hi = territory_of(place)
    filters = ", ".join(f"count(*) FILTER (WHERE tab = 'owed' AND {CONDITIONS[due]})" for due in DUE)
    rows = _fetch(
        f"""WITH {ITEMS.format(scope=TERRITORY)}
        SELECT tab, service, count(*), count(DISTINCT person_id) FILTER (WHERE tab = 'owed'), {filters}
        FROM item JOIN people_identity i USING (person_id) GROUP BY GROUPING SETS ((tab, service), (tab))""",
        {**_days(today), "lo": lo, "hi": hi},
    )
    by_tab: dict[str, dict[str, int]] = {tab: {} for tab in TABS}
    by_due: dict[str, dict[str, int]] = {due: {} for due in DUE}
    people = 0
    for tab, service, number, persons, *due_numbers in rows:
        if service is None:
            people = persons if tab == "owed" else people
            continue
        by_tab[tab][service] = number
        for due, due_number in zip(DUE, due_numbers, strict=True):
            by_due[due][service] = by_due[due].get(service, 0) + due_number
    return Counts(by_tab, by_due, people)


def open_services(person_id: int, today: date) -> list[OpenService]:
    """Return what is owed to one person now, the most urgent first."""
    rows = _fetch(
        f"""WITH {ITEMS.format(scope=PERSON)}
        SELECT service, opens_on, due_on, closes_on FROM item WHERE tab = 'owed' ORDER BY due_on, service""",
        {**_days(today), "person": person_id},
    )
    return [OpenService(*row) for row in rows]
