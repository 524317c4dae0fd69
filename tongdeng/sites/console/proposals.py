"""Proposals (免申即享): who is owed a service that needs no application is asked, and answers freely."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from tongdeng.audit import actions as audit
from tongdeng.delivery import actions as delivery
from tongdeng.delivery.types import Entry, Outcome
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import Text
from tongdeng.org.types import PostKind
from tongdeng.owed import selectors as owed
from tongdeng.people.exports import cards, merges
from tongdeng.privacy import selectors as privacy
from tongdeng.rules.model import Service, Version
from tongdeng.sites.console.frame import build_frame, chosen_place, proposed_to
from tongdeng.sites.console.owed_page import age
from tongdeng.sites.console.view_models.proposals import ProposalsPage, Proposed, ServiceTab
from tongdeng.sites.shell.frame import Fault, Link, Pager, Toast
from tongdeng.sites.shell.typed import whole

HERE, PROPOSALS = "/proposals/", "proposals"
CONFIRMATIONS = ("signature", "sms")
AT_THE_DOOR = frozenset({PostKind.WORKER, PostKind.TOWN})
PURPOSE = Text("主动提供服务", "Proposing services")
NOT_OPEN = Text("现在不应享，可能已经记过了。", "It is not owed now; it may be recorded already.")
NOT_CONFIRMED = Text(
    "请选本人怎样确认的；没有确认就不能记为已提供。", "Choose how it was confirmed; else it is not given."
)
NOTHING_UNDONE = Text("没有可以撤回的记录。", "There was nothing to take back.")


@dataclass(frozen=True)
class Address:
    """Which service of which place is proposed, on which page."""

    place: str
    service: str
    page: int
    kept: dict[str, str]

    def query(self, **changes: str | int) -> str:
        """Return the query of the address with changes."""
        asked = self.kept | {"service": self.service} | ({"page": self.page + 1} if self.page else {}) | changes
        return f"?{urlencode(asked)}"


def _services(request: HttpRequest) -> dict[str, tuple[Service, Version]]:
    found = {service.code: (service, version) for service, version in proposed_to(request)}
    if not found:
        raise PermissionDenied
    return found


def _address(request: HttpRequest, known: dict[str, tuple[Service, Version]]) -> Address:
    asked, place = request.GET.get("service", ""), request.GET.get("place", "")
    return Address(
        place=chosen_place(request), service=asked if asked in known else next(iter(known)),
        page=(whole(request.GET.get("page", ""), 4) or 1) - 1, kept={"place": place} if place else {},
    )  # fmt: skip


@require_GET
def proposals_page(request: HttpRequest) -> HttpResponse:
    """Show whom to ask about a service."""
    return _page(request, _toast(request))


def _toast(request: HttpRequest) -> Toast | None:
    record, undone = request.GET.get("done", ""), request.GET.get("undone", "")
    if undone:
        return Toast(Text("已撤回刚才的记录。", "The record was taken back.") if undone == "1" else NOTHING_UNDONE)
    if whole(record) is None:
        return None
    address = _address(request, _services(request))
    return Toast(Text("已记录。", "Recorded."), f"{HERE}undo/{record}{address.query()}")


def _page(request: HttpRequest, toast: Toast | None = None, fault: tuple[int, Text] | None = None) -> HttpResponse:
    known, today = _services(request), clock.today()
    address = _address(request, known)
    lines, counts = owed.listed(owed.Wanted(address.place, today, service=address.service, page=address.page))
    audit.record(
        "owed.proposals.viewed", by=request.actor, subjects={line.person_id for line in lines},
        detail={"place": address.place, "service": address.service},
    )  # fmt: skip
    refusing = privacy.objecting({line.person_id for line in lines}, PROPOSALS)
    asked = [line for line in lines if line.person_id not in refusing]
    people, (service, version) = _people(asked, fault), known[address.service]
    clause = version.without_application
    page = ProposalsPage(
        services=tuple(
            ServiceTab(one.name, HERE + address.query(service=code, page=1), counts.of("owed", code),
                       code == address.service)
            for code, (one, _) in known.items()
        ),
        service=service.code, name=service.name, clause=clause.text if clause else Text("", ""),
        is_checked=bool(clause and clause.checked),
        law=Link(Text("看条件", "Conditions"), f"/law/{service.code}/"),
        people=tuple(one for one in people if not one.told), told=tuple(one for one in people if one.told),
        pager=_pager(lines, address), query=address.query(), refusing=len(refusing),
        fault=fault[1] if fault and fault[0] not in {line.person_id for line in lines} else None,
    )  # fmt: skip
    frame = build_frame(request, place_code=address.place, current=HERE, toast=toast, purpose=PURPOSE)
    return render(request, "console/proposals.html", {"frame": frame, "page": page}, status=422 if fault else 200)


def _people(lines: list[owed.Line], fault: tuple[int, Text] | None) -> list[Proposed]:
    numbers, today = cards.masked_numbers(line.person_id for line in lines), clock.today()
    shown = []
    for line in lines:
        ref, years = ids.show(line.person_id), age(line.born_on, today)
        about = Text("", "") if years is None else Text(f"{years} 岁", f"aged {years}")
        faults = (Fault(f"said-{ref}", fault[1]),) if fault and fault[0] == line.person_id else ()
        phone = numbers.get(line.person_id, ("", ""))[1]
        shown.append(
            Proposed(ref, line.name, f"/people/{ref}/", about, line.address, phone, line.is_offered, faults)
        )  # fmt: skip
    return shown


def _pager(lines: list[owed.Line], address: Address) -> Pager:
    if not lines:
        return Pager(0, 0, 0)
    first, last, total = lines[0].position, lines[-1].position, lines[0].total
    before = HERE + address.query(page=address.page) if address.page else ""
    return Pager(first, last, total, before, HERE + address.query(page=address.page + 2) if last < total else "")


@require_POST
def record(request: HttpRequest) -> HttpResponse:
    """Record what somebody answered: yes gives the service, no leaves everything as it is."""
    known = _services(request)
    person_id = ids.read(request.POST.get("person", "")[:20])
    card = cards.card_of(merges.current(person_id), clock.today()) if person_id is not None else None
    if card is None or request.POST.get("service") not in known:
        raise Http404
    if privacy.objecting([card.person_id], PROPOSALS):
        raise Http404  # nobody is proposed anything against their word; they may still apply
    service, confirmation = str(request.POST["service"]), request.POST.get("confirmation", "")
    is_confirmed = confirmation in CONFIRMATIONS
    if service not in {one.service for one in owed.open_services(card.person_id, clock.today())}:
        return _page(request, fault=(card.person_id, NOT_OPEN))
    if request.POST.get("answer") == "no":
        outcome = Outcome.DECLINED if is_confirmed else Outcome.OFFERED
    elif is_confirmed:
        outcome = Outcome.SERVED
    else:
        return _page(request, fault=(card.person_id, NOT_CONFIRMED))
    entry = Entry(
        person_id=card.person_id, territory=card.territory, service=service, served_on=clock.today(), outcome=outcome,
        channel="上门" if request.user.post.kind in AT_THE_DOOR else "窗口",
        confirmation=confirmation if is_confirmed else None,
    )  # fmt: skip
    done = delivery.record_delivery(entry=entry, by=request.actor)
    return redirect(HERE + _address(request, known).query(done=done))


@require_POST
def undo(request: HttpRequest, record: int) -> HttpResponse:
    """Take back what this member of staff has just recorded."""
    known = _services(request)
    person = delivery.take_back_delivery(record_id=record, by=request.actor)
    return redirect(HERE + _address(request, known).query(undone=int(person is not None)))


urlpatterns = [
    path("proposals/", proposals_page, name="proposals"),
    path("proposals/record", record, name="proposal_record"),
    path("proposals/undo/<int:record>", undo, name="proposal_undo"),
]
