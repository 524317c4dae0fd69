"""Optional purposes: which there are, and how somebody stands to each."""

from collections.abc import Iterable

from tongdeng.people.exports import merges
from tongdeng.privacy import register
from tongdeng.privacy.models import Consent
from tongdeng.privacy.types import Said

GIVEN, WITHDRAWN = "given", "withdrawn"


def said_of(person_id: int) -> list[Said]:
    """Return how somebody stands to each optional purpose, in the order of the register."""
    newest: dict[str, Consent] = {}
    for one in Consent.objects.filter(person_id__in=merges.ids_of(person_id)).order_by("at", "id"):
        newest[one.purpose] = one
    found = []
    for activity in register.optional():
        last = newest.get(activity.code)
        # Where the law lets something be done until somebody objects, silence is no objection; else silence is no yes.
        is_allowed = last.act == GIVEN if last else activity.optional == "objection"
        found.append(Said(activity.code, is_allowed, last.act if last else "", last.at if last else None))
    return found


def allows(person_id: int, purpose: str) -> bool:
    """Tell whether something optional may be done for somebody."""
    return next((one.is_allowed for one in said_of(person_id) if one.purpose == purpose), False)


def has_refused(person_id: int, purpose: str) -> bool:
    """Tell whether somebody said no to something optional, where silence says nothing."""
    return any(one.purpose == purpose and one.act == WITHDRAWN for one in said_of(person_id))


def objecting(persons: Iterable[int], purpose: str) -> set[int]:
    """Return those of these persons for whom something optional must not be done, of a purpose that one objects to."""
    newest: dict[int, str] = {}
    rows = Consent.objects.filter(person_id__in=list(persons), purpose=purpose).order_by("at", "id")
    for person, act in rows.values_list("person_id", "act"):
        newest[person] = act
    return {person for person, act in newest.items() if act == WITHDRAWN}
