"""Another code in the place of one that somebody else may know."""

from django.db import transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.desk import selectors
from tongdeng.desk.actions.stepping import ANOTHERS, ASK_THERE, UNKNOWN
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.numbers import code_hash, new_code
from tongdeng.people.exports import records


@transaction.atomic
def exchange_code(*, case_id: int, by: Actor) -> None:
    """Let the code of a case open nothing from now on, and give whoever applied another. Raises StepRefused."""
    case = selectors.lock_case(case_id)
    if case is None:
        raise StepRefused("unknown", UNKNOWN)
    if selectors.is_anothers(case, by):
        raise StepRefused("anothers", ANOTHERS, remedy=ASK_THERE)
    code = new_code()
    case.code_hash, case.code_sealed = code_hash(case.number, code), records.seal_text(code, case.domain)
    case.save(update_fields=["code_hash", "code_sealed"])
    audit.record("desk.code.exchanged", by=by, subjects=[case.person_id], detail={"case": case_id})
