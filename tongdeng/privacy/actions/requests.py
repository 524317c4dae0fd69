"""Requests of people about their own data: asking, answering, more time once, handing over."""

from django.db import transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.notify import actions as notify
from tongdeng.people.exports import cards, profiles, records
from tongdeng.privacy import consents, register, rights
from tongdeng.privacy.errors import RequestRefused
from tongdeng.privacy.models import Consent, Request
from tongdeng.privacy.types import Outcome, Own, RequestKind

LONGEST = 1000  # characters of any text
ANSWERED = Text(
    "您提的要求有答复了。请登录“我的服务”查看。",
    "There is an answer to your request. Sign in to My services to read it.",
)
ANSWERED_ALREADY = Text("已经答复过了", "it has been answered")


def _sealed(text: str) -> bytes | None:
    return records.seal_text(text.strip()[:LONGEST] or None)


def _act(act: str, by: Actor, desk: str) -> dict[str, object]:
    return {"act": act, "at": clock.now().isoformat(), "staff": by.staff_id, "desk": desk}


@transaction.atomic
def ask(
    *, kind: RequestKind, about: Own, asker: int, words: str, by: Actor, subject: str = "", source: str = ""
) -> int:
    """Put a request on the desk that answers it and return its number. Whoever asks is in their own context."""
    desk, term = rights.desk_for(kind, source), rights.term(kind)
    made = Request.objects.create(
        person_id=about.person_id, asker_id=asker, territory=about.territory, kind=kind.value, subject=subject,
        source=source, words_sealed=_sealed(words), desks=[desk], opened_at=clock.now(),
        due_on=rights.due_on(clock.today(), term.days), history=[_act("asked", by, desk)],
    )  # fmt: skip
    audit.record(
        "privacy.request.made", by=by, subjects=[about.person_id],
        detail={"request": made.pk, "kind": kind.value, "desk": desk},
    )  # fmt: skip
    return int(made.pk)


def _lock(request_id: int) -> Request:
    found = Request.objects.select_for_update().filter(pk=request_id).first()
    if found is None:
        raise RequestRefused("unknown", Text("没有这个要求", "there is no such request"))
    if found.outcome is not None:
        raise RequestRefused("answered", ANSWERED_ALREADY)
    return found


@transaction.atomic
def answer(*, request_id: int, outcome: Outcome, words: str, remedy: str, by: Actor) -> None:
    """Answer a request. What is not done in full needs its reason, and where to turn to next."""
    found = _lock(request_id)
    if not words.strip():
        raise RequestRefused("no_answer", Text("请写答复", "write an answer"))
    if outcome is not Outcome.DONE and not remedy.strip():
        raise RequestRefused(
            "no_remedy", Text("没有全部照办的，要写明可以向谁申诉", "say where the person can turn to")
        )
    if found.kind == RequestKind.DELETE and outcome is Outcome.DONE and profiles.is_known(found.person_id):
        # Nobody is told that everything is gone while it is not.
        raise RequestRefused("not_deleted", Text("还没有删除：先删除，再答复", "delete first, and answer then"))
    found.outcome, found.answered_at, found.staff_id = outcome.value, clock.now(), by.staff_id
    found.answer_sealed, found.remedy_sealed = _sealed(words), _sealed(remedy)
    found.history = [*found.history, _act("answered", by, found.desks[-1])]
    found.save(
        update_fields=["outcome", "answered_at", "staff_id", "answer_sealed", "remedy_sealed", "history"]
    )  # fmt: skip
    if found.kind == RequestKind.RESTRICT and outcome is Outcome.DONE:
        _stop_what_is_optional(found)
    audit.record(
        "privacy.request.answered", by=by, subjects=[found.person_id],
        detail={"request": found.pk, "kind": found.kind, "outcome": outcome.value},
    )  # fmt: skip
    _tell(found, by)


def _stop_what_is_optional(found: Request) -> None:
    Consent.objects.bulk_create(
        Consent(
            person_id=found.person_id, giver_id=found.asker_id, territory=found.territory, purpose=one.code,
            version="", act=consents.WITHDRAWN, at=clock.now(),
        )
        for one in register.optional()
    )  # fmt: skip


def _tell(found: Request, by: Actor) -> None:
    """Send a message that says there is an answer, to whoever agreed to that."""
    if consents.allows(found.person_id, "messages") and (phone := cards.phone_of(found.asker_id)):
        notify.send(kind="privacy.answered", address=phone, text=" ".join(ANSWERED), minutes=24 * 60, by=by)


@transaction.atomic
def extend(*, request_id: int, reason: str, by: Actor) -> None:
    """Take more time for a request, once, with a reason that the person reads."""
    found = _lock(request_id)
    if found.extended_at is not None:
        raise RequestRefused("extended", Text("已经延长过一次", "it was extended once"))
    if not reason.strip():
        raise RequestRefused("no_reason", Text("请写延长的理由", "say why it takes longer"))
    found.extended_at, found.extension_sealed = clock.now(), _sealed(reason)
    found.due_on = rights.due_on(found.due_on, rights.term(RequestKind(found.kind)).more_days)
    found.history = [*found.history, _act("extended", by, found.desks[-1])]
    found.save(update_fields=["extended_at", "extension_sealed", "due_on", "history"])
    audit.record("privacy.request.extended", by=by, subjects=[found.person_id], detail={"request": found.pk})


@transaction.atomic
def hand_over(*, request_id: int, desk: str, reason: str, by: Actor) -> None:
    """Give a request to the desk that can answer it; the deadline stays, and both desks see it from then on."""
    found = _lock(request_id)
    if desk not in rights.desks() or desk == found.desks[-1]:
        raise RequestRefused("desk", Text("请选另一个岗位", "choose another desk"))
    if not reason.strip():
        raise RequestRefused("no_reason", Text("请写转交的理由", "say why it goes there"))
    found.desks = [*found.desks, desk]
    found.handed_sealed = _sealed(reason)
    found.history = [*found.history, _act("handed_over", by, desk)]
    found.save(update_fields=["desks", "handed_sealed", "history"])
    audit.record(
        "privacy.request.handed_over", by=by, subjects=[found.person_id], detail={"request": found.pk, "desk": desk}
    )
