"""Reads of deliveries and returns."""

from collections.abc import Iterable, Sequence

from tongdeng.delivery.models import Delivery
from tongdeng.delivery.returns import ReturnCell, UnitCost, live_returns, resident_counts, unit_costs
from tongdeng.people.exports import merges

__all__ = ["Delivery", "ReturnCell", "UnitCost", "deliveries_of", "live_returns", "resident_counts", "unit_costs"]


def deliveries_of(person_id: int, ever: Sequence[int] = ()) -> Iterable[Delivery]:
    """Return what is recorded about a person's services, also under ids merged into theirs; newest first."""
    return Delivery.objects.filter(person_id__in=ever or merges.ids_of(person_id)).order_by("-served_on", "-record_id")
