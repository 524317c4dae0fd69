"""Reads of requests, consents and notices. Row security decides which of them the reader meets."""

from collections import Counter
from datetime import date

from django.db.models import Q

from tongdeng.audit import selectors as audit
from tongdeng.audit.types import Look
from tongdeng.desk.types import Tally
from tongdeng.kernel import clock
from tongdeng.people.exports import records
from tongdeng.privacy import retention, rights
from tongdeng.privacy.breaches import affected, to_authority, to_persons
from tongdeng.privacy.breaches import tables as breach_tables
from tongdeng.privacy.consents import allows, has_refused, objecting, said_of
from tongdeng.privacy.models import Affected, Assessment, Breach, Request, Retention, Shown
from tongdeng.privacy.notices import in_force, known, of_version
from tongdeng.privacy.proxies import Appointed, Mandate, appointed_by, mandates, speaks_for
from tongdeng.privacy.reach import own_persons, sealed_records
from tongdeng.privacy.register import activities, optional, purpose_text
from tongdeng.privacy.retention import rules as retention_rules
from tongdeng.privacy.rights import desk_for, desks
from tongdeng.privacy.rights import law as rights_law
from tongdeng.privacy.rights import term as term_of
from tongdeng.privacy.types import Asked, Outcome, RequestKind

__all__ = [
    "Appointed", "Mandate", "activities", "affected", "allows", "appointed_by", "assessments", "breach",
    "breach_tables", "breaches", "breaches_about", "complaint_tallies", "count_waiting", "desk_for", "desks",
    "due_on", "find_request", "has_refused", "has_seen", "in_force", "known", "looks_at", "mandates", "objecting",
    "of_version", "optional", "own_persons", "persons_of_breach", "purpose_text", "requests_at", "requests_of",
    "retention_due", "retention_rules", "retention_runs", "rights_law", "said_of", "sealed_records", "speaks_for",
    "term_of", "to_authority", "to_persons",
]  # fmt: skip


def _asked(row: Request) -> Asked:
    def text(sealed: bytes | None) -> str:
        return records.unseal_text(sealed) or ""

    return Asked(
        id=row.pk, person_id=row.person_id, asker_id=row.asker_id, territory=row.territory, kind=RequestKind(row.kind),
        subject=row.subject, source=row.source, words=text(row.words_sealed), desk=row.desks[-1],
        opened_at=row.opened_at, due_on=row.due_on, was_extended=row.extended_at is not None,
        extension=text(row.extension_sealed), handed=text(row.handed_sealed),
        outcome=Outcome(row.outcome) if row.outcome else None, answer=text(row.answer_sealed),
        remedy=text(row.remedy_sealed), answered_at=row.answered_at, staff_id=row.staff_id,
        history=tuple(row.history),
    )  # fmt: skip


def looks_at(person_id: int, *, before: int | None = None, size: int = 50) -> list[Look]:
    """Return who looked at somebody whom the resident of this transaction speaks for, under every id they ever had."""
    return audit.looks_at(person_id, before=before, size=size, door="privacy_looks_at")


def requests_of(person_id: int) -> list[Asked]:
    """Return what was asked about one person, newest first."""
    return [_asked(row) for row in Request.objects.filter(person_id=person_id).order_by("-opened_at", "-id")]


def complaint_tallies(since: date, until: date) -> list[Tally]:
    """Return how many complaints were answered in time, as counts by place: for the measures. Nobody is named."""
    found = Request.objects.filter(kind=RequestKind.COMPLAIN.value, opened_at__date__range=(since, until))
    good: Counter[str] = Counter()
    every: Counter[str] = Counter()
    # What is open and not yet due tells nothing.
    for one in found.filter(Q(answered_at__isnull=False) | Q(due_on__lt=until)):
        every[one.territory] += 1
        good[one.territory] += (
            one.answered_at is not None and one.answered_at.astimezone(clock.CHINA).date() <= one.due_on
        )
    return [Tally("R4", place, "", good[place], every[place]) for place in every]


def find_request(request_id: int) -> Asked | None:
    """Return one request; None where the reader may not see it."""
    row = Request.objects.filter(pk=request_id).first()
    return _asked(row) if row else None


def requests_at(lo: str, hi: str, *, is_open: bool, most: int = 200) -> list[Asked]:
    """Return the requests in the territories [lo, hi) that lie, or lay, on the reader's desk, by deadline."""
    rows = Request.objects.filter(territory__gte=lo, territory__lt=hi, outcome__isnull=is_open)
    return [_asked(row) for row in rows.order_by("due_on" if is_open else "-answered_at", "id")[:most]]


def has_seen(person_id: int, name: str, day: date) -> bool:
    """Tell whether the notice in force was shown to somebody."""
    version = in_force(name, day).version
    return Shown.objects.filter(person_id=person_id, notice=name, version=version).exists()


def due_on(kind: RequestKind, day: date) -> date:
    """Return by when a request made on a day is answered."""
    return rights.due_on(day, rights.term(kind).days)


def breaches_about(person_id: int) -> list[Breach]:
    """Return the breaches of which somebody is to be told."""
    named = Affected.objects.filter(person_id=person_id).values_list("breach_id", flat=True)
    return list(Breach.objects.filter(pk__in=list(named), persons_told_at__isnull=False).order_by("-found_at"))


def count_waiting(desk: str) -> int:
    """Return how many requests within the reader's reach wait for a desk."""
    return sum(held[-1] == desk for held in Request.objects.filter(outcome=None).values_list("desks", flat=True))


def breaches() -> list[Breach]:
    """Return every breach, those still open first."""
    return sorted(Breach.objects.order_by("-found_at"), key=lambda one: one.closed_at is not None)


def breach(breach_id: int) -> Breach | None:
    """Return one breach."""
    return Breach.objects.filter(pk=breach_id).first()


def persons_of_breach(breach_id: int) -> list[int]:
    """Return whom a breach touches, among those the reader may see."""
    return list(Affected.objects.filter(breach_id=breach_id).order_by("person_id").values_list("person_id", flat=True))


def assessments() -> list[Assessment]:
    """Return every impact assessment, newest first."""
    return list(Assessment.objects.order_by("-made_on", "-id"))


def retention_due() -> dict[str, int]:
    """Return how many rows of each rule are past their time now, within the reader's own reach."""
    now = clock.now()
    return {code: retention.due(rule, now) for code, rule in retention.rules().items()}


def retention_runs(most: int = 30) -> list[Retention]:
    """Return the newest reports of the retention job."""
    return list(Retention.objects.order_by("-ran_at")[:most])
