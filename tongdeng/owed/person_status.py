"""How one person stands to every service: stored windows first, today's answers for the rest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Count

from tongdeng.access import selectors as access
from tongdeng.org.types import territory_of
from tongdeng.owed.explain import Facts, explain, is_open_to
from tongdeng.owed.models import Unknown, Window
from tongdeng.owed.types import Status
from tongdeng.owed.windows import kind_of
from tongdeng.rules.explain import Explanation
from tongdeng.rules.model import Law, Verdict, Version

SETTLED = {"served": Status.SERVED, "declined": Status.DECLINED}


@dataclass(frozen=True)
class Standing:
    """One line of a person's services. `status` None: the answer rests on facts the reader's post may not see."""

    explanation: Explanation
    status: Status | None
    window: Window | None = None

    @property
    def code(self) -> str:
        """Return the service's code."""
        return self.explanation.service.code


def windows_of(person_id: int) -> dict[str, list[Window]]:
    """Return a person's windows by service, oldest first, as far as the reader may see them."""
    found: dict[str, list[Window]] = {}
    for window in Window.objects.filter(person_id=person_id).order_by("service", "opens_on", "pk"):
        found.setdefault(window.service, []).append(window)
    return found


def standings(person_id: int, law: Law, facts: Facts, domains: str, day: date) -> list[Standing]:
    """Return how a person stands to each service in force on a day whose records the reader may see.

    An open window without outcome has a line of its own, even where an earlier window of the service has an outcome.
    """
    windows = windows_of(person_id)
    told = [
        (service, version, explain(law, service.code, day, facts))
        for service, version in law.in_force_on(day)
        if access.service_domain(service.code) in domains
    ]
    closed = {service.code for service, _, explanation in told if not is_open_to(explanation, domains)}
    unknown = Unknown.objects.filter(person_id=person_id, service__in=closed).values_list("service", flat=True)
    unjudged = closed.difference(unknown) if closed else closed
    lines: list[Standing] = []
    for service, version, explanation in told:
        own = windows.get(service.code, [])
        # Windows were determined from all the facts; an answer that lacks some of them must not overrule one.
        owed = [window for window in own if window.status == Status.OWED]
        lines.extend(Standing(explanation, Status.OWED, window) for window in owed)
        verdict = None if service.code in unjudged else explanation.answer.answer
        status, window = status_on(day, version, own, verdict)
        if not owed or status in (Status.SERVED, Status.DECLINED):
            lines.append(Standing(explanation, status, window))
    return lines


def status_on(
    day: date, version: Version, windows: Iterable[Window], verdict: Verdict | None
) -> tuple[Status | None, Window | None]:
    """Return the first status that fits, and the window behind it. `verdict` None: the reader cannot know it."""
    settled = [w for w in windows if w.outcome in SETTLED and w.outcome_on and w.outcome_on <= day]
    newest = max(settled, key=lambda w: w.outcome_on or w.opens_on, default=None)
    kind = kind_of(version)
    is_this_year = newest is not None and newest.outcome_on is not None and newest.outcome_on.year == day.year
    if newest and (is_this_year or kind == "once"):
        return SETTLED[str(newest.outcome)], newest
    still_open = next((w for w in windows if _is_open(w, day)), None)
    if verdict is Verdict.NO:
        return Status.NOT_ENTITLED, None
    if verdict is Verdict.UNKNOWN:
        return Status.UNKNOWN, still_open
    if still_open:
        return Status.OWED, still_open
    if verdict is None:
        return None, None
    if newest and kind == "stream":
        return SETTLED[str(newest.outcome)], newest
    return (Status.AVAILABLE, None) if kind == "event" else (Status.NOT_DUE, None)


def _is_open(window: Window, day: date) -> bool:
    """Tell whether a window stood open on a day, by what was known then: a later outcome was not."""
    if window.opens_on > day or (window.outcome_on and window.outcome_on <= day):
        return False
    return window.closes_on is None or window.closes_on >= day


def next_opening(version: Version, facts: Mapping[str, object], day: date) -> date | None:
    """Return when the window of an anniversary service opens next, or None where no date says so."""
    base = facts.get(version.anniversary_of)
    if not isinstance(base, date):
        return None
    months = version.opens_before.get("months", 0)
    for years in range(1, 60):
        opens = _months_later(base, 12 * years - months)
        if opens > day:
            return opens
    return None


def _months_later(start: date, months: int) -> date:
    total = start.year * 12 + start.month - 1 + months
    after = date((total + 1) // 12, (total + 1) % 12 + 1, 1)
    return min(date(total // 12, total % 12 + 1, 1) + timedelta(days=start.day - 1), after - timedelta(days=1))


def count_owed(place: str, most: int) -> int:
    """Return how many open windows a division has, among those the reader may see; counting ends at `most`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT owed_count_open(%s, %s, %s)", [*territory_of(place), most])
        return int(cursor.fetchone()[0])


def owed_by_person(persons: Iterable[int]) -> dict[int, int]:
    """Return the number of open windows of each of these persons who has any."""
    rows = Window.objects.filter(person_id__in=list(persons), status=Status.OWED).values_list("person_id")
    return dict(rows.annotate(open=Count("pk")))
