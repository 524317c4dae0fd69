"""Deputies: named by the head for some days, and ended early. What a deputy may see and do stays what it is."""

from datetime import date

from django.db import transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.desk import rules, selectors
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.models import Delegation
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text


@transaction.atomic
def name_deputy(*, post_id: int, deputy_id: int, from_on: date | None, until_on: date | None, by: Actor) -> int:
    """Let a post's tasks be answered by another post of its kind between two days. Raises StepRefused, in words."""
    posts = selectors.posts_headed(by)
    if post_id not in posts or deputy_id not in selectors.deputies_for(post_id, by):
        raise StepRefused(
            "deputy",
            Text(
                "请选本人负责的岗位和同类、辖区不小于它的代班岗位",
                "choose a post you head, and a deputy of its kind and place",
            ),
        )  # fmt: skip
    longest = rules.longest_absence()
    if not (from_on and until_on) or not clock.today() <= until_on or not 0 <= (until_on - from_on).days < longest:
        raise StepRefused(
            "days", Text(f"请写起止日期，最多 {longest} 天", f"say from when until when, at most {longest} days")
        )
    made = Delegation.objects.create(
        post_id=post_id, deputy_id=deputy_id, from_on=from_on, until_on=until_on, granted_post_id=by.post_id or 0,
        granted_staff_id=by.staff_id or 0, granted_at=clock.now(),
    )  # fmt: skip
    audit.record("desk.delegation.granted", by=by, detail={"delegation": made.pk, "post": post_id, "deputy": deputy_id})
    return int(made.pk)


@transaction.atomic
def end_delegation(*, delegation_id: int, by: Actor) -> None:
    """End a delegation early. Raises StepRefused for one that has ended, or is not of a post the actor heads."""
    found = Delegation.objects.filter(pk=delegation_id, ended_at=None).first()
    if found is None or found.post_id not in selectors.posts_headed(by):
        raise StepRefused("unknown", Text("没有这个代班", "there is no such delegation"))
    found.ended_at, found.ended_staff_id = clock.now(), by.staff_id
    found.save(update_fields=["ended_at", "ended_staff_id"])
    audit.record("desk.delegation.ended", by=by, detail={"delegation": found.pk, "post": found.post_id})
