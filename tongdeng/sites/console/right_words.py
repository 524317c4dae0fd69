"""Rights in words: kinds of post, domains, places, and what became of a proposal."""

from collections.abc import Mapping
from typing import Any

from django.utils.timezone import localtime

from tongdeng.access import selectors as access
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org.exports import KINDS, rights
from tongdeng.org.types import Place, PostKind
from tongdeng.sites.console.frame import place_name
from tongdeng.sites.console.view_models.rights import HolderLine, ProposalLine
from tongdeng.sites.shell.templatetags.shell import language

DOMAINS = {
    "B": Text("身份和居住", "identity and residence"),
    "C": Text("就业和保险", "work and insurance"),
    "D": Text("未成年人教育", "education of minors"),
    "E": Text("困难和法律援助", "hardship and legal aid"),
    "F": Text("一般健康", "general health"),
    "G": Text("生育和特定健康", "reproductive and restricted health"),
}
STATES = {
    "open": Text("等待另一个人", "waits for a second person"),
    "approved": Text("已批准", "approved"),
    "refused": Text("未批准", "refused"),
    "withdrawn": Text("已收回", "taken back"),
    "done": Text("立即生效", "at once"),
}
RESIDENT = Text("居民（演示）", "Resident (demo)")  # the one kind that no workbook and no proposal gives
NOBODY = Text("看不到任何人的资料", "sees nobody's data")
IN_EMERGENCY = Text("紧急时一个人的密封健康资料", "one person's sealed health records in an emergency")
NO_POST = Text("没有岗位", "no post")
OWN_PROPOSAL = Text("自己提的，要另一个人批准", "proposed by you: a different person must decide")
OWN_RIGHT = Text("是自己的权限，要另一个人批准", "it is your own right: a different person must decide")


def kind_words(kind: str) -> Text:
    """Return what a kind of post is called; one that came later by its own name."""
    return KINDS.get(PostKind(kind), RESIDENT)


def sees(kind: str) -> Text:
    """Return which domains a kind of post sees, in words, and whether it may break the glass."""
    letters = access.domains_of(kind)
    told = domain_words(letters) if letters else NOBODY
    if not access.may_open("emergency", kind):
        return told
    return Text(f"{told.zh}；{IN_EMERGENCY.zh}", f"{told.en}; {IN_EMERGENCY.en}")


def domain_words(letters: str) -> Text:
    """Return domains of confidentiality in words."""
    return Text.listed(DOMAINS[letter] for letter in letters if letter in DOMAINS)


def holder_line(staff: Any, known: Mapping[str, Place]) -> HolderLine:
    """Return one person with the post held."""
    post = staff.post
    if post is None:
        return HolderLine(staff.pk, staff.name, staff.login, NO_POST, "", "", Text("", ""), None)
    return HolderLine(
        staff.pk,
        staff.name,
        staff.login,
        Text(post.title_zh, post.title_en),
        kind_words(post.kind),
        place_name(known, post.lo, language()),
        sees(post.kind),
        post.until,
        is_over=not rights.is_open_to(staff, clock.today()),
    )


def proposal_line(one: Any, known: Mapping[str, Place], by: Actor, *, decides: bool) -> ProposalLine:
    """Return one proposal; who may decide it is said, and why somebody may not."""
    is_open = one.state == "open"
    why_not = OWN_PROPOSAL if one.proposed_by_id == by.staff_id else None
    why_not = OWN_RIGHT if one.staff_id == by.staff_id else why_not
    place = one.division or (one.post.lo if one.post else "")
    return ProposalLine(
        one.pk,
        one.staff_id,
        one.staff.name,
        _what(one),
        place_name(known, place, language()) if place else "",
        one.reason,
        one.proposed_by.name,
        localtime(one.proposed_at),
        STATES[one.state],
        one.decided_by.name if one.decided_by else "",
        localtime(one.decided_at) if one.decided_at else None,
        one.refusal,
        may_decide=is_open and decides and why_not is None,
        may_withdraw=is_open and one.proposed_by_id == by.staff_id,
        why_not=why_not if is_open and decides else None,
    )


def _what(one: Any) -> Text:
    if one.act == "factor":
        return Text("重设第二步验证", "reset of the second factor")
    if one.act == "revoke":
        kind = kind_words(one.post.kind)
        return Text(f"取消岗位：{kind.zh}", f"post taken away: {kind.en}")
    kind, seen = kind_words(one.kind), sees(one.kind)
    until = Text(f"，到 {one.until}", f", until {one.until}") if one.until else Text("", "")
    return Text(f"{kind.zh}：{seen.zh}{until.zh}", f"{kind.en}: {seen.en}{until.en}")
