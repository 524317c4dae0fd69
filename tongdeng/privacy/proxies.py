"""Who acts for whom: what the represented see, and what was entrusted to the reader. The database judges both."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from tongdeng.access.selectors import acting
from tongdeng.access.types import RESIDENT
from tongdeng.audit.types import job
from tongdeng.people.exports import merges, records
from tongdeng.privacy.models import Proxy
from tongdeng.privacy.types import Own


@dataclass(frozen=True, slots=True)
class Mandate:
    """What was entrusted to the reader."""

    id: int
    person: Own
    services: tuple[str, ...]
    until_on: date


@dataclass(frozen=True, slots=True)
class Appointed:
    """Somebody, or the staff of the community, who may act for a person; no name until they have agreed."""

    id: int
    person_id: int
    name: str
    proxy_id: int | None
    services: tuple[str, ...]
    until_on: date
    is_staff: bool
    accepted_at: datetime | None
    code_until: datetime | None
    revoked_at: datetime | None


def mandates() -> list[Mandate]:
    """Return what was entrusted to the resident of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, person_id, name, territory, services, until_on FROM privacy_mandates()")
        return [
            Mandate(number, Own(person, name, None, territory, False), tuple(services), until)
            for number, person, name, territory, services, until in cursor.fetchall()
        ]


def speaks_for(speaker_id: int, person_id: int) -> bool:
    """Tell whether somebody may speak for another today, asked of the database as if they were here."""
    speaker, person = merges.current(speaker_id), merges.current(person_id)
    with acting(job(RESIDENT), person=speaker), connection.cursor() as cursor:
        cursor.execute("SELECT %s = ANY (privacy_own() || privacy_principals())", [person])
        return bool(cursor.fetchone()[0])


def appointed_by(person_id: int) -> list[Appointed]:
    """Return who may or might act for a person, newest first; staff see it of their own people."""
    return [_appointed(row) for row in Proxy.objects.filter(person_id__in=merges.ids_of(person_id)).order_by("-pk")]


def _appointed(row: Proxy) -> Appointed:
    return Appointed(
        row.pk, row.person_id, records.unseal_text(row.name_sealed) or "", row.proxy_id, tuple(row.services),
        row.until_on, row.is_staff, row.accepted_at, row.code_until, row.revoked_at,
    )  # fmt: skip
