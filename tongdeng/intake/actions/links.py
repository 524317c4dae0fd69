"""Links for others to send rolls by: making one, revoking it, and receiving what comes."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.intake import kept_files, links
from tongdeng.intake.models import Link, LinkToken, Submission
from tongdeng.intake.selectors import SENT_BY_LINK
from tongdeng.intake.submissions import Judged
from tongdeng.kernel import clock
from tongdeng.kernel.crypto import sm3
from tongdeng.people.exports import Batch
from tongdeng.work import actions as work


@dataclass(frozen=True)
class NewLink:
    """What a link is for. Of tenants: a community and addresses in it (none: all of it); of workers: an employer."""

    kind: str
    for_whom: str
    territory: str
    days: int
    uses: int
    addresses: Sequence[str] = ()
    employer_name: str = ""
    employer_code: str = ""


@transaction.atomic
def make_link(*, wanted: NewLink, by: Actor) -> tuple[int, str]:
    """Make a link and return its id and its token, which is told this once: only its blind index is kept."""
    at, limits = clock.now(), links.limits()
    if not (0 < wanted.days <= limits.most_days and 0 < wanted.uses <= limits.most_uses):
        raise ValueError("a link beyond the limits")  # the form has refused it before
    token = secrets.token_urlsafe(links.TOKEN_BYTES)
    link = Link.objects.create(
        territory=wanted.territory, kind=wanted.kind, for_whom=wanted.for_whom, addresses=list(wanted.addresses),
        employer_name=wanted.employer_name, employer_code=wanted.employer_code, uses_allowed=wanted.uses,
        staff_id=by.staff_id or 0, post_id=by.post_id or 0, made_at=at, expires_at=at + timedelta(days=wanted.days),
    )  # fmt: skip
    LinkToken.objects.create(key=links.token_key(token), link_id=link.pk, post_id=link.post_id)
    audit.record(
        "intake.link.made", by=by,
        detail={"link": link.pk, "kind": wanted.kind, "days": wanted.days, "uses": wanted.uses},
    )  # fmt: skip
    return int(link.pk), token


@transaction.atomic
def revoke_link(*, link_id: int, by: Actor) -> bool:
    """Let a link work no more. Returns False where there is none in sight that works."""
    is_done = bool(Link.objects.filter(pk=link_id, revoked_at=None).update(revoked_at=clock.now()))
    audit.record("intake.link.revoked", by=by, detail={"link": link_id, "done": int(is_done)})
    return is_done


def count_attempt(*, link_id: int, by: Actor) -> bool:
    """Count one file sent by a link, good or bad, and tell whether it may be looked at."""
    at, limits = clock.now(), links.limits()
    with acting(by):
        link = Link.objects.select_for_update().get(pk=link_id)
        if link.attempts_since is None or at - link.attempts_since > timedelta(minutes=limits.attempt_minutes):
            link.attempts, link.attempts_since = 0, at
        is_allowed = link.attempts < limits.attempts
        link.attempts += int(is_allowed)
        link.save(update_fields=["attempts", "attempts_since"])
        if not is_allowed:
            audit.record("intake.submission.held_up", by=by, detail={"link": link_id})
        elif link.attempts == 1:
            audit.record("intake.submission.tried", by=by, detail={"link": link_id})
    return is_allowed


def keep_submission(*, link_id: int, judged: Judged, by: Actor) -> links.Receipt | None:
    """Receive a judged file: a receipt, and the rows that could be read for a job to take in.

    None where the link has no use left. The same file again is received again: to refuse it would tell something.
    """
    at = clock.now()
    with acting(by):
        link = Link.objects.select_for_update().get(pk=link_id)
        if link.uses >= link.uses_allowed:
            audit.record("intake.submission.refused", by=by, detail={"link": link_id})
            return None
        link.uses += 1
        link.last_used_at = at
        link.save(update_fields=["uses", "last_used_at"])
        number = f"{secrets.randbelow(10**10):010d}"
        batch = _open_batch(link, number, judged) if judged.roll else None
        found = Submission.objects.create(
            link_id=link_id, territory=link.territory, number=number, received_at=at, rows=judged.rows,
            unreadable=[[row, list(codes)] for row, codes in judged.unreadable], batch_id=batch,
        )  # fmt: skip
        audit.record(
            "intake.submission.received", by=by,
            detail={
                "link": link_id, "submission": found.pk, "rows": judged.rows, "batch": batch,
                "notice": links.request_of(link.kind).notice_version,
            },
        )  # fmt: skip
    return links.receipt_of(found)


def _open_batch(link: Link, number: str, judged: Judged) -> int:
    batch = Batch.objects.create(
        source=links.request_of(link.kind).source, file_name=f"{SENT_BY_LINK} {link.pk} {number}.csv",
        file_digest=sm3(hashlib.sha256(judged.roll).digest()), as_at=clock.today(), rows_total=judged.taken,
        received_at=clock.now(),
    )  # fmt: skip
    kept_files.keep(batch.pk, judged.roll)
    work.ask_for_job("tongdeng.intake.tasks.import_upload", lock=f"batch-{batch.pk}", batch_id=batch.pk)
    return int(batch.pk)
