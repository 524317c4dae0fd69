"""Showing numbers in full: an act with a reason, told to the person, and kept on no page."""

from dataclasses import dataclass, replace

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.people import records
from tongdeng.people.models import Identity

REASONS = ("verify", "contact", "form", "correct")
PURPOSE = "reveal"


@dataclass(frozen=True, slots=True)
class Numbers:
    """A person's numbers in full; None where none is known."""

    name: str
    id_number: str | None
    id_claimed: str | None
    phone: str | None


def reveal_numbers(*, person_id: int, reason: str, by: Actor) -> Numbers | None:
    """Return a person's numbers in full, written down with the reason; None where the reader may not see the person."""
    if reason not in REASONS:
        raise UnusableInput(
            "people.numbers.reason", Text("请选一个理由", "choose a reason"), place="reason",
            remedy=Text("理由会记下，本人查得到", "it is written down, and the person can see it"),
        )  # fmt: skip
    one = Identity.objects.filter(person_id=person_id).first()
    if one is None:
        audit.record("people.numbers.not_revealed", by=by, detail={"reason": reason})
        return None
    told = replace(by, purpose=PURPOSE)
    audit.record("people.numbers.revealed", by=told, subjects=[person_id], detail={"reason": reason})
    opened = (records.unseal_text(sealed) for sealed in (one.id_sealed, one.claimed_sealed, one.phone_sealed))
    return Numbers(one.name, *opened)
