"""How well cases are handled, as counts by place and service: for the measures. Nobody is named."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.db.models import Count, F, Q

from tongdeng.desk.models import Case, Event, FollowUp, Joint, Supervision
from tongdeng.desk.types import Act, Signal, Tally
from tongdeng.kernel import clock

GOOD = 3  # stars: all right, satisfied, very satisfied
WHOLE = ""  # in the place of a service: several of them, in one package


def tallies(since: date, until: date) -> list[Tally]:
    """Return what law/indicators declares of cases: ratings, their follow-up, and decisions in time."""
    return [*_ratings(since, until), *_follow_ups(since, until), *_in_time(since, until)]


def _ratings(since: date, until: date) -> Iterable[Tally]:
    found = Event.objects.filter(act=Act.RATE.value, on__range=(since, until)).values_list("case_id", "data__stars")
    stars = dict(found)
    cases = Case.objects.filter(pk__in=stars).values_list("pk", "territory", "service")
    good: Counter[tuple[str, str]] = Counter()
    every: Counter[tuple[str, str]] = Counter()
    for case, place, service in cases:
        every[place, service] += 1
        good[place, service] += stars[case] >= GOOD
    # A package is rated once, as one thing: it counts once, and for none of its services.
    packages = Joint.objects.filter(rated_on__range=(since, until), stars__gt=0).values_list("territory", "stars")
    for place, given in packages:
        every[place, WHOLE] += 1
        good[place, WHOLE] += given >= GOOD
    return [Tally("R1", *key, good[key], every[key]) for key in every]


def _follow_ups(since: date, until: date) -> Iterable[Tally]:
    found = FollowUp.objects.filter(opened_at__date__range=(since, until))
    # What is open and not yet due tells nothing.
    settled = found.filter(Q(answered_at__isnull=False) | Q(due_on__lt=until))
    services = dict(Case.objects.filter(pk__in=settled.values("case_id")).values_list("pk", "service"))
    good: Counter[tuple[str, str]] = Counter()
    every: Counter[tuple[str, str]] = Counter()
    for one in settled:
        key = one.territory, WHOLE if one.case_id is None else services.get(one.case_id, WHOLE)
        every[key] += 1
        good[key] += one.answered_at is not None and one.answered_at.astimezone(clock.CHINA).date() <= one.due_on
    return [Tally("R2", *key, good[key], every[key]) for key in every]


def _in_time(since: date, until: date) -> Iterable[Tally]:
    late = Supervision.objects.filter(signal__in=[Signal.YELLOW.value, Signal.RED.value]).values("case_id")
    rows = (
        Case.objects.filter(closed_on__range=(since, until), statutory_due_on__isnull=False)
        .values(place=F("territory"), code=F("service"))
        .annotate(every=Count("id"), late=Count("id", filter=Q(id__in=late)))
    )
    return [Tally("R3", row["place"], row["code"], row["every"] - row["late"], row["every"]) for row in rows]
