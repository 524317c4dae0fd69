"""Reads of deliveries and returns."""

from collections.abc import Iterable
from typing import NamedTuple

from tongdeng.delivery.models import Delivery, Return
from tongdeng.people.exports import merges

__all__ = ["Delivery", "ReturnCell", "deliveries_of", "live_returns"]


class ReturnCell(NamedTuple):
    """Registered residents of one place, age group and sex: due, served, spent."""

    place: str
    service: str
    age_group: str
    sex: str
    due: int
    served: int
    spent_fen: int | None


def deliveries_of(person_id: int) -> Iterable[Delivery]:
    """Return what is recorded about a person's services, also under ids merged into theirs; newest first."""
    return Delivery.objects.filter(person_id__in=merges.ids_of(person_id)).order_by("-served_on", "-record_id")


def live_returns(year: int) -> list[ReturnCell]:
    """Return the bureaus' live figures of a year."""
    rows = Return.objects.filter(year=year, superseded_at=None).values_list(
        "place", "service", "age_group", "sex", "due", "served", "spent_fen"
    )
    return [ReturnCell(*row) for row in rows]
