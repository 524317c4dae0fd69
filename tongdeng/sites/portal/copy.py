"""A machine-readable copy: what each source says, as it said it, and what was made of it."""

from collections.abc import Iterable
from typing import Any

from tongdeng.delivery import selectors as delivery
from tongdeng.desk import selectors as desk
from tongdeng.desk.types import Step
from tongdeng.documents import selectors as documents
from tongdeng.hall import selectors as halls
from tongdeng.kernel import clock, ids, names
from tongdeng.notify import selectors as notify
from tongdeng.notify.exports import languages
from tongdeng.owed import selectors as owed
from tongdeng.papers import selectors as papers
from tongdeng.people import selectors as registry
from tongdeng.people.exports import merges, profiles
from tongdeng.privacy import selectors as privacy
from tongdeng.sites.portal import case_words, looks

FORMAT = "tongdeng-copy/1"
# What a row says of others: they are told by name only, and their numbers stay theirs.
OTHERS = ("landlord_", "guardian_", "mother_")


def _of_others(key: str, value: Any) -> Any:
    if not key.startswith(OTHERS) or not isinstance(value, str):
        return value
    return names.mask_name(value) if key.endswith("name") else "***"


def _statement(one: Any) -> dict[str, Any]:
    zh, en, bureau = registry.source_name(one.source)
    return {
        "source": one.source, "source_name": {"zh": zh, "en": en}, "bureau": bureau, "as_at": one.as_at,
        "row_on": one.row_on, "received_at": one.recorded_at,
        "values": {key: _of_others(key, value) for key, value in sorted(one.values.items()) if key != "extra"},
        "other_columns": dict(one.values.get("extra", {})),
    }  # fmt: skip


def _case(one: desk.Case, steps: Iterable[Step]) -> dict[str, Any]:
    """Return one application with each step, the reasons and all that was written, by the person and to them."""
    now = desk.progress_of(one)
    return {
        "number": one.number, "service": one.service, "name": owed.service_name(one.service)._asdict(),
        "opened_at": one.opened_at, "channel": one.channel, "state": one.state, "closed_on": one.closed_on,
        "promised_due_on": one.promised_due_on, "statutory_due_on": one.statutory_due_on,
        "papers_asked_for": {code: held.value for code, held in now.materials.items()},
        "steps": [
            {"on": step.on, "act": step.act.value, "by": step.role.value, "reason": step.data.get("reason", ""),
             "words": step.words, "remedies": step.remedies, "stars": step.data.get("stars")}
            for step in steps if step.act not in case_words.INSIDE
        ],
    }  # fmt: skip


def whole(request: Any) -> dict[str, Any]:
    """Return everything as plain data. Health that care holds is counted only: the institution gives its own copy."""
    about = request.about
    ever = merges.ids_of(about.person_id)
    wish, cases = notify.wish_of(ever), desk.cases_of(about.person_id)
    steps = desk.steps_of_each(cases)
    statements = sorted(profiles.statements_about(about.person_id), key=lambda one: one.newness)
    return {
        "format": FORMAT, "made_at": clock.now(), "person": ids.show(about.person_id), "name": about.name,
        "born_on": about.born_on,
        "records": [_statement(one) for one in statements],
        "sealed_health_records": privacy.sealed_records(about.person_id),
        "services": [
            {"service": one.service, "name": owed.service_name(one.service)._asdict(), "on": one.served_on,
             "outcome": one.outcome, "confirmation": one.confirmation, "provider": one.provider,
             "fee_fen": one.fee_fen}
            for one in delivery.deliveries_of(about.person_id)
        ],
        "owed": [
            {"service": code, "opens_on": one.opens_on, "due_on": one.due_on, "outcome": one.outcome,
             "outcome_on": one.outcome_on}
            for code, windows in owed.windows_of(about.person_id).items() for one in windows
        ],
        "requests": [
            {"number": one.id, "kind": one.kind, "subject": one.subject, "words": one.words, "asked_at": one.opened_at,
             "due_on": one.due_on, "outcome": one.outcome, "answer": one.answer, "remedy": one.remedy}
            for one in privacy.requests_of(about.person_id)
        ],
        "appointments": [
            {"hall": one.hall, "business": one.business, "day": one.day, "starts_at": one.starts_at,
             "number": one.code, "state": one.state, "needs": list(one.needs), "message": one.wants_message}
            for one in halls.bookings_of(about.person_id, is_own=True)
        ],
        "cases": [_case(one, steps[one.pk]) for one in cases],
        "papers": [one.wording.as_json() for one in papers.papers_of_person(ever)],
        "messages": [
            {"on": one.made_at, "text": ": ".join(languages.worded(one.kind, one.fields, "zh"))}
            for one in notify.letters_of(ever)
        ],
        "how_to_tell": {"way": wish.way, "language": wish.language, "email": wish.email},
        "documents": [
            {"material": one.material, "for": one.purpose, "type": one.type, "bytes": one.size,
             "sm3": one.digest, "held_since": one.held_since}
            for one in documents.documents_of_persons(ever)
        ],
        "choices": [
            {"purpose": one.purpose, "is_allowed": one.is_allowed, "said": one.act, "at": one.at}
            for one in privacy.said_of(about.person_id)
        ],
        "looks": [
            {"who": one.who._asdict(), "why": one.why._asdict(), "on": one.on, "times": one.times}
            for one in looks.lines(request, size=500)
        ],
    }  # fmt: skip
