"""Links that let property managers, landlords and employers send rolls of their own premises."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongdeng.audit import actions as audit
from tongdeng.intake import actions
from tongdeng.intake import selectors as intake
from tongdeng.intake.exports import links
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.org.types import Level, Place
from tongdeng.sites.console.frame import build_frame, own_place, place_name
from tongdeng.sites.console.view_models.links import LinkForm, LinkLine, LinksPage, MadeLink, SentLine
from tongdeng.sites.shell.frame import Choice, Fault, Frame, Link
from tongdeng.sites.shell.templatetags.shell import language
from tongdeng.sites.shell.typed import whole

HERE = "/links/"
PURPOSE = Text("提交链接", "Submission links")
TITLES = {
    "tenants": Text("请物业或房主报承租人…", "Ask for a list of tenants…"),
    "workers": Text("请用人单位报用工名单…", "Ask an employer for workers…"),
}
MOST_ADDRESSES = 50
BATCH = {
    "waiting": Text("等待导入", "waiting"), "running": Text("正在导入", "being imported"),
    "done": Text("已导入", "imported"),
    "withdrawn": Text("已撤回", "taken back"),
}  # fmt: skip
NOT_IMPORTED = Text("没有导入", "not imported")
NOTHING_TAKEN = Text("没有可收的行", "no row could be taken")


def _kinds(request: HttpRequest) -> tuple[str, ...]:
    kinds = intake.link_kinds(request.user.post.kind)
    if not kinds:
        raise PermissionDenied
    return kinds


def _frame(request: HttpRequest) -> Frame:
    return build_frame(request, place_code=own_place(request), current=HERE, purpose=PURPOSE)


def scope(link: intake.Link, known: Mapping[str, Place]) -> str:
    """Return for which premises a link is: addresses, a community, or an employer."""
    if link.kind == "workers":
        return "，".join(filter(None, (link.employer_name, link.employer_code)))
    place = place_name(known, link.territory, language())
    if not link.addresses:
        return place
    return f"{place}: {'; '.join(link.addresses)}" if language() == "en" else f"{place}：{'；'.join(link.addresses)}"


@require_GET
def all_links(request: HttpRequest) -> HttpResponse:
    """Show the links of this post's place with what came by them."""
    kinds, post = _kinds(request), request.user.post
    found = [one for one in links.links_in(post.lo, post.hi) if one.kind in kinds]
    sent = links.submissions_of([one.pk for one in found])
    states = intake.batch_states({one.batch_id for one in sent if one.batch_id})
    names, known = org.staff_names({one.staff_id for one in found}), org.places(clock.today())
    audit.record("intake.links.listed", by=request.actor, detail={"links": len(found)})
    page = LinksPage(
        links=tuple(_line(one, [s for s in sent if s.link_id == one.pk], states, names, known) for one in found),
        makes=tuple(Link(TITLES[kind], f"{HERE}new/{kind}/") for kind in kinds),
    )
    return render(request, "console/links.html", {"frame": _frame(request), "page": page})


def _line(
    link: intake.Link, sent: Sequence[intake.Submission], states: Mapping[int, str], names: Mapping[int, str],
    known: Mapping[str, Place],
) -> LinkLine:  # fmt: skip
    is_open = links.is_open(link)
    if link.revoked_at:
        state = Text("已作废", "revoked")
    elif not is_open:
        state = Text("已过期", "expired")
    else:
        is_used_up = link.uses >= link.uses_allowed
        state = Text("次数已用完", "used up") if is_used_up else Text("可以用", "works")
    return LinkLine(
        ref=link.pk, kind=links.request_of(link.kind).title, for_whom=link.for_whom, scope=scope(link, known),
        made_by=names.get(link.staff_id, ""), expires_on=link.expires_at.astimezone(clock.CHINA).date(),
        uses=link.uses, uses_allowed=link.uses_allowed, last_used_at=link.last_used_at, state=state, is_open=is_open,
        sent=tuple(_sent(one, states) for one in sent), revoke_url=f"{HERE}{link.pk}/revoke" if is_open else "",
    )  # fmt: skip


def _sent(one: intake.Submission, states: Mapping[int, str]) -> SentLine:
    state = BATCH.get(states.get(one.batch_id, ""), NOT_IMPORTED) if one.batch_id else NOTHING_TAKEN
    return SentLine(one.number, one.received_at, one.rows, len(one.unreadable), state)


# ---- making one ----


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Ask for whom a link is; once that is said, make it and show its address this once."""
    if kind not in _kinds(request):
        raise Http404
    if request.method != "POST":
        return _show(request, _form(request, kind))
    typed = _typed(request, kind)
    wanted, faults = _wanted(request, typed)
    if wanted is None or faults:
        return _show(request, replace(typed, faults=tuple(faults)))
    _, token = actions.make_link(wanted=wanted, by=request.actor)
    page = MadeLink(
        url=request.build_absolute_uri(f"/submit/{token}/"), for_whom=wanted.for_whom,
        kind=links.request_of(kind).title, uses_allowed=wanted.uses,
        expires_on=clock.today() + timedelta(days=wanted.days),
    )  # fmt: skip
    # No redirect: the address would have to be kept somewhere to be shown after it.
    return render(request, "console/link_made.html", {"frame": _frame(request), "page": page}, status=201)


def _show(request: HttpRequest, form: LinkForm) -> HttpResponse:
    status = 422 if form.faults else 200
    return render(request, "console/link_new.html", {"frame": _frame(request), "form": form}, status=status)


def _communities(request: HttpRequest, chosen: str) -> tuple[Choice, ...]:
    post, known = request.user.post, org.places(clock.today())
    ours = [p for p in known.values() if p.level is Level.COMMUNITY and post.lo <= p.code < post.hi]
    return tuple(
        Choice(p.code, place_name(known, p.code, language()), p.code == chosen or len(ours) == 1) for p in ours
    )


def _form(request: HttpRequest, kind: str, chosen: str = "") -> LinkForm:
    asked, limits = links.request_of(kind), links.limits()
    communities = _communities(request, chosen) if kind == "tenants" else ()
    return LinkForm(
        kind=kind, title=asked.title, sender=asked.sender, communities=communities, most_days=limits.most_days,
        most_uses=limits.most_uses,
    )  # fmt: skip


def _typed(request: HttpRequest, kind: str) -> LinkForm:
    sent = request.POST

    def line(name: str, longest: int = 100) -> str:
        return " ".join(sent.get(name, "").replace("\0", "").split())[:longest]

    return replace(
        _form(request, kind, sent.get("community", "")), for_whom=line("for_whom"),
        addresses=sent.get("addresses", "").replace("\0", "")[:6000], employer_name=line("employer_name"),
        employer_code=line("employer_code", 30).upper(), days=line("days", 4), uses=line("uses", 4),
    )  # fmt: skip


def _number(text: str, most: int) -> int | None:
    number = whole(text)
    return number if number and number <= most else None


def _wanted(request: HttpRequest, form: LinkForm) -> tuple[actions.NewLink | None, list[Fault]]:
    days, uses = _number(form.days, form.most_days), _number(form.uses, form.most_uses)
    faults = []
    if not form.for_whom:
        faults.append(Fault("for_whom", Text("请写发给谁。", "Say for whom it is.")))
    if days is None:
        faults.append(Fault("days", Text(f"请写 1 到 {form.most_days} 天。", f"Write 1 to {form.most_days} days.")))
    if uses is None:
        faults.append(Fault("uses", Text(f"请写 1 到 {form.most_uses} 次。", f"Write 1 to {form.most_uses} times.")))
    territory, addresses = own_place(request), ()
    if form.kind == "tenants":
        territory = next((one.value for one in form.communities if one.is_chosen), "")
        addresses = tuple(" ".join(one.split()) for one in form.addresses.splitlines() if one.strip())
        if not territory:
            faults.append(Fault("community", Text("请选一个社区。", "Choose a community.")))
        if len(addresses) > MOST_ADDRESSES or any(len(one) > 100 for one in addresses):
            text = Text("最多 50 处，每处一行，不超过 100 个字。", "At most 50, one a line, 100 characters each.")
            faults.append(Fault("addresses", text))
    else:
        faults += _employer_faults(form)
    if faults or days is None or uses is None:
        return None, faults
    return actions.NewLink(
        form.kind, form.for_whom, territory, days, uses, addresses, form.employer_name, form.employer_code
    ), []  # fmt: skip


def _employer_faults(form: LinkForm) -> list[Fault]:
    faults = []
    if not form.employer_name:
        faults.append(Fault("employer_name", Text("请写单位全称。", "Write the employer's full name.")))
    if form.employer_code and not intake.is_credit_code(form.employer_code):
        faults.append(Fault("employer_code", Text("统一社会信用代码校验不符。", "The credit code fails its check.")))
    return faults


@require_POST
def revoke(request: HttpRequest, link_id: int) -> HttpResponse:
    """Let a link work no more."""
    _kinds(request)
    if not actions.revoke_link(link_id=link_id, by=request.actor):
        raise Http404
    return redirect("links")


urlpatterns = [
    path("links/", all_links, name="links"),
    path("links/new/<slug:kind>/", new, name="link_new"),
    path("links/<int:link_id>/revoke", revoke, name="link_revoke"),
]
