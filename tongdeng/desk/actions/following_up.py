"""Bad ratings: opened with the rating, called about within a day, answered by somebody else; the person is told."""

from collections.abc import Mapping

from django.db import transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.desk import joints, rules, selectors
from tongdeng.desk.actions.receipts import package_title
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.models import Case, FollowUp, Joint
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.notify import actions as notify
from tongdeng.notify.types import About, Reader
from tongdeng.owed import selectors as owed
from tongdeng.people.exports import merges, records
from tongdeng.work.exports import calendar

LONGEST = 2000
OWN_WORK = Text("评价的是您自己办的件，要由别人答复", "your own work was rated: somebody else answers")
WORDS = Text("请写明", "write it down")


def open_follow_up(*, rated: Case | Joint, stars: int, by: Actor) -> None:
    """Open a follow-up where a rating is a bad one; in the rating's own transaction."""
    if stars > rules.followed_stars():
        return
    contact, repair = rules.follow_up_days()
    today = clock.today()
    # Stars and whoever was rated are put in by the database, from the events; of a package, before whom it lies too.
    FollowUp.objects.create(
        **_of(rated), person_id=rated.person_id, territory=rated.territory, domain=rated.domain, desks=rated.desks,
        stars=stars, opened_at=clock.now(), contact_due_on=calendar.add_days(today, contact),
        due_on=calendar.add_days(today, repair),
    )  # fmt: skip
    audit.record("desk.follow_up.opened", by=by, subjects=[rated.person_id], detail={**_named(rated), "stars": stars})


def _of(rated: Case | Joint) -> Mapping[str, int]:
    return {"joint_id" if isinstance(rated, Joint) else "case_id": rated.pk}


def _named(rated: Case | Joint) -> Mapping[str, int]:
    return {"package" if isinstance(rated, Joint) else "case": rated.pk}


def _rated(found: FollowUp) -> Case | Joint:
    if found.joint_id is not None:
        return Joint.objects.get(pk=found.joint_id)
    return Case.objects.get(pk=found.case_id)


def _title(rated: Case | Joint) -> Text:
    return package_title(rated.package) if isinstance(rated, Joint) else owed.service_name(rated.service)


def _lock(follow_up_id: int, words: str, by: Actor) -> FollowUp:
    found = FollowUp.objects.select_for_update().filter(pk=follow_up_id).first()
    if found is None:
        raise StepRefused("unknown", Text("没有这个差评", "there is no such rating"))
    if by.staff_id in found.rated_staff:
        raise StepRefused("own_work", OWN_WORK)
    if found.answered_at is not None:
        raise StepRefused("answered", Text("已经答复过了", "it has been answered"))
    if not words.strip():
        raise StepRefused("words", WORDS)
    return found


@transaction.atomic
def note_contact(*, follow_up_id: int, words: str, by: Actor) -> None:
    """Write down that the person was called, and what they said. Raises StepRefused, in words."""
    found = _lock(follow_up_id, words, by)
    if found.contacted_at is not None:
        raise StepRefused("contacted", Text("已经联系过了", "the person was called already"))
    found.contacted_at, found.contacted_staff_id = clock.now(), by.staff_id
    found.contact_sealed = records.seal_text(words.strip()[:LONGEST], found.domain)
    found.save(update_fields=["contacted_at", "contacted_staff_id", "contact_sealed"])
    audit.record(
        "desk.follow_up.contacted", by=by, subjects=[found.person_id],
        detail={**_named(_rated(found)), "follow_up": found.pk},
    )  # fmt: skip


@transaction.atomic
def answer_rating(*, follow_up_id: int, outcome: str, words: str, by: Actor) -> None:
    """Answer a bad rating, once, and tell the person what came of it. Raises StepRefused, in words."""
    found, outcomes = _lock(follow_up_id, words, by), rules.follow_up_outcomes()
    if outcome not in outcomes:
        raise StepRefused("outcome", Text("请选一个结果", "choose what came of it"))
    found.outcome, found.answered_at, found.staff_id = outcome, clock.now(), by.staff_id
    found.answer_sealed = records.seal_text(words.strip()[:LONGEST], found.domain)
    found.save(update_fields=["outcome", "answered_at", "staff_id", "answer_sealed"])
    rated = _rated(found)
    audit.record(
        "desk.follow_up.answered", by=by, subjects=[found.person_id],
        detail={**_named(rated), "follow_up": found.pk},
    )  # fmt: skip
    subject = joints.SUBJECT if isinstance(rated, Joint) else selectors.SUBJECT
    notify.tell(
        kind="case.followed_up", about=About(subject, rated.pk, "follow-up"),
        to=Reader(
            merges.current(found.person_id), found.territory, found.domain, found.desks,
            told_id=selectors.speaker_of(rated),
        ), by=by,
        fields={"service": _title(rated), "outcome": outcomes[outcome], "words": words.strip()[:LONGEST]},
    )  # fmt: skip
