"""Who holds which post, what is proposed, and what was: the matrix of persons, as an auditor reads it."""

from datetime import date

from django.db.models import Q

from tongdeng.org.models import RightProposal, Staff
from tongdeng.org.types import PostKind, ProposalState

COUNTY_MARK = "000000"


def may_decide(kind: str, lo: str) -> bool:
    """Tell whether a post may approve what somebody else proposed: security, or the county's leading group's office."""
    return kind == PostKind.SECURITY or (kind == PostKind.OFFICE and lo.endswith(COUNTY_MARK))


def holders(words: str = "", kind: str = "") -> list[Staff]:
    """Return everybody with an account, by post and place; those without a post last."""
    found = Staff.objects.select_related("post__unit").filter(is_active=True)
    if words:
        found = found.filter(
            Q(name__contains=words) | Q(login__contains=words) | Q(post__title_zh__contains=words)
            | Q(post__title_en__icontains=words)
        )  # fmt: skip
    if kind:
        found = found.filter(post=None) if kind == "none" else found.filter(post__kind=kind)
    return sorted(found, key=lambda one: (one.post is None, one.post.lo if one.post else "", one.login))


def find_staff(staff_id: int) -> Staff | None:
    """Return somebody with an account, closed or not."""
    return Staff.objects.select_related("post__unit").filter(pk=staff_id).first()


def open_proposals() -> list[RightProposal]:
    """Return what waits for a second person, the oldest first."""
    return list(_proposals().filter(state=ProposalState.OPEN).order_by("proposed_at"))


def past_proposals(staff_id: int | None = None, most: int = 50) -> list[RightProposal]:
    """Return what became of proposals, and what was taken away, the newest first."""
    found = _proposals().exclude(state=ProposalState.OPEN).order_by("-id")
    return list((found.filter(staff_id=staff_id) if staff_id else found)[:most])


def find_proposal(proposal_id: int) -> RightProposal | None:
    """Return one proposal."""
    return _proposals().filter(pk=proposal_id).first()


def _proposals():
    return RightProposal.objects.select_related("staff", "proposed_by", "decided_by", "post")


def is_open_to(staff: Staff, day: date) -> bool:
    """Tell whether somebody's post counts on a day."""
    return staff.post is not None and (staff.post.until is None or staff.post.until >= day)


__all__ = ["find_proposal", "find_staff", "holders", "is_open_to", "may_decide", "open_proposals", "past_proposals"]
