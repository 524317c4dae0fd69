"""Documents of a case: kept or used again for it, and noted as given, in one transaction."""

from collections.abc import Callable

from django.db import transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.desk import lifecycle, selectors
from tongdeng.desk.actions.stepping import ASK_THERE, UNKNOWN, take_step
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.models import Case
from tongdeng.desk.types import Act, Given, Held
from tongdeng.documents import actions as documents
from tongdeng.documents import selectors as kept
from tongdeng.documents.types import Kept, Owner, Use
from tongdeng.kernel.errors import Text
from tongdeng.people.exports import merges

NOT_ASKED = Text("这个办件不要这份材料", "this case does not ask for that paper")
RELIED_ON = Text("已经在看这份材料，现在不能取回", "this paper is being looked at and cannot be taken back now")
TOO_LATE = Text("这个办件现在不收材料", "nothing is taken in for this case now")


@transaction.atomic
def hand_in(*, case_id: int, material: str, data: bytes, by: Actor) -> Kept:
    """Keep a file for a case and note its paper as given. Raises DocumentRefused, StepRefused: nothing is kept then."""

    def keep(case: Case) -> Kept:
        return documents.keep_document(
            subject=selectors.subject(case), owner=Owner(case.person_id, case.territory, case.domain, case.desks),
            purpose=case.service, material=material, data=data, by=by,
        )  # fmt: skip

    made = _take(case_id, material, keep, by)
    audit.record("desk.document.handed_in", by=by, subjects=[made.person_id], detail={"case": case_id})
    return made


@transaction.atomic
def hand_in_again(*, case_id: int, document_id: int, by: Actor) -> Kept:
    """Use what was handed in before for the same service, without a copy. Raises OtherPurpose for any other."""
    found = selectors.find_case(case_id)
    usable = selectors.reusable(found).values() if found else ()
    material = next((one.material for one in usable if one.id == document_id), "")

    def use(case: Case) -> Kept:
        return documents.reuse_document(
            document_id=document_id, subject=selectors.subject(case), purpose=case.service,
            persons=merges.ids_of(merges.current(case.person_id)), by=by,
        )  # fmt: skip

    made = _take(case_id, material, use, by)
    audit.record("desk.document.handed_in", by=by, subjects=[made.person_id], detail={"case": case_id, "again": 1})
    return made


@transaction.atomic
def take_back(*, case_id: int, document_id: int, by: Actor) -> None:
    """Erase what was handed in for a case by mistake. Its paper is missing again where nothing else is here of it.

    Raises StepRefused once the office relies on it, DocumentNotThere for a document of another case.
    """
    case = selectors.lock_case(case_id)
    if case is None:
        raise StepRefused("unknown", UNKNOWN)
    if not selectors.taken_back(case, by):
        raise StepRefused("relied_on", RELIED_ON, remedy=ASK_THERE)
    subject = selectors.subject(case)
    material = next((one.material for one in kept.documents_of(subject) if one.id == document_id), "")
    documents.erase_document(document_id=document_id, subject=subject, by=by)
    is_left = any(one.material == material for one in kept.documents_of(subject))
    now = selectors.progress_of(case)
    if not is_left and now.materials.get(material) is Held.GIVEN:
        missing = Given(materials={material: Held.MISSING})
        take_step(case_id=case_id, act=Act.NOTE_MATERIALS, seen=now.version, given=missing, by=by)
    audit.record("desk.document.taken_back", by=by, subjects=[case.person_id], detail={"case": case_id})


@transaction.atomic
def hand_in_for_all(*, joint_id: int, material: str, data: bytes, by: Actor) -> list[Kept]:
    """Keep one file for every case of a package that asks for this paper now, and note it in each of them.

    Each case has it for its own service and no other. Raises DocumentRefused, StepRefused: nothing is kept then.
    """
    found = [selectors.lock_case(case.pk) for case in selectors.parts_of(joint_id)]
    asking = [case for case in found if case is not None and takes(case, material)]
    if not asking:
        raise StepRefused("closed", TOO_LATE)
    uses = [
        Use(selectors.subject(case), Owner(case.person_id, case.territory, case.domain, case.desks), case.service)
        for case in asking
    ]  # fmt: skip
    made = documents.keep_for_all(uses=uses, material=material, data=data, by=by)
    for case in asking:
        _note(case, material, by)
    audit.record(
        "desk.document.handed_in", by=by, subjects=[asking[0].person_id],
        detail={"package": joint_id, "cases": len(asking)},
    )  # fmt: skip
    return made


def takes(case: Case, material: str) -> bool:
    """Tell whether a case takes a paper now that is missing or promised."""
    now = selectors.progress_of(case)
    return material in (*now.missing, *now.gaps) and _is_in_time(now, material)


def _is_in_time(now: selectors.Progress, material: str) -> bool:
    act = Act.CLOSE_GAPS if material in now.gaps else Act.NOTE_MATERIALS
    return now.state in lifecycle.BY_ACT[act].before


def _take(case_id: int, material: str, keep: Callable[[Case], Kept], by: Actor) -> Kept:
    case = selectors.lock_case(case_id)
    if case is None:
        raise StepRefused("unknown", UNKNOWN)
    now = selectors.progress_of(case)
    if material not in now.materials:
        raise StepRefused("material", NOT_ASKED)
    if not _is_in_time(now, material):
        raise StepRefused("closed", TOO_LATE)
    made = keep(case)
    _note(case, material, by)
    return made


def _note(case: Case, material: str, by: Actor) -> None:
    """Note a paper that is kept as given; a promise is kept once all of it is here."""
    now = selectors.progress_of(case)
    if material not in now.gaps:
        note, given = Act.NOTE_MATERIALS, {material: Held.GIVEN}
    else:
        here = {one.material for one in kept.documents_of(selectors.subject(case))}
        if not set(now.gaps) <= here:
            return
        note, given = Act.CLOSE_GAPS, dict.fromkeys(now.gaps, Held.GIVEN)
    take_step(case_id=case.pk, act=note, seen=now.version, given=Given(materials=given), by=by)
