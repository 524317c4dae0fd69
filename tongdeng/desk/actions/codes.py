"""Another code in the place of one that somebody else may know."""

from typing import TypeVar

from django.db import transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.desk import joints, selectors
from tongdeng.desk.actions.stepping import ANOTHERS, ASK_THERE, UNKNOWN
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.models import Case, Joint
from tongdeng.desk.numbers import code_hash, new_code
from tongdeng.people.exports import records

Found = TypeVar("Found", Case, Joint)


@transaction.atomic
def exchange_code(*, case_id: int, by: Actor) -> None:
    """Let the code of a case open nothing from now on, and give whoever applied another. Raises StepRefused."""
    case = _exchange(selectors.lock_case(case_id), by)
    audit.record("desk.code.exchanged", by=by, subjects=[case.person_id], detail={"case": case_id})


@transaction.atomic
def exchange_package_code(*, joint_id: int, by: Actor) -> None:
    """Do the same for a package and all its cases: their papers bear their own codes. Raises StepRefused."""
    joint = _exchange(joints.lock_joint(joint_id), by)
    for case in selectors.parts_of(joint_id):
        _exchange(selectors.lock_case(case.pk), by)
    audit.record("desk.code.exchanged", by=by, subjects=[joint.person_id], detail={"package": joint_id})


def _exchange(found: Found | None, by: Actor) -> Found:
    if found is None:
        raise StepRefused("unknown", UNKNOWN)
    if selectors.is_anothers(found, by):
        raise StepRefused("anothers", ANOTHERS, remedy=ASK_THERE)
    code = new_code()
    found.code_hash, found.code_sealed = code_hash(found.number, code), records.seal_text(code, found.domain)
    found.save(update_fields=["code_hash", "code_sealed"])
    return found
