"""Fills the owed list's page from its lines and counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from tongdeng.access import selectors as access
from tongdeng.insight import selectors as insight
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.org.types import town_of
from tongdeng.owed import selectors as owed
from tongdeng.people.exports import cards, merges
from tongdeng.sites.console.frame import chosen_place
from tongdeng.sites.console.view_models.owed import (
    Filter,
    OwedGroup,
    OwedItem,
    OwedPage,
    OwedPerson,
    OwedSummary,
    RecordPanel,
    Tab,
)
from tongdeng.sites.shell.frame import Choice, Fault, Pager, Words
from tongdeng.sites.shell.templatetags.shell import short
from tongdeng.sites.shell.typed import whole
from tongdeng.work.exports import calendar

PAGE = 50
TABS = {
    "owed": ("owed", Text("应享未享", "Owed")),
    "unknown": ("unknown", Text("情况不明", "Not known")),
    "done": ("served", Text("本周已办", "Done this week")),
    "declined": ("declined", Text("已谢绝", "Declined")),
}
DUE = {
    "overdue": Text("已过期", "Overdue"),
    "week": Text("一周内", "Within a week"),
    "never": Text("未联系过", "Never contacted"),
}
# What a panel entry keeps is the Chinese word, as the bureaus' rolls do.
CHANNELS = {
    "上门": Text("上门", "Visit"),
    "电话": Text("电话", "Phone"),
    "窗口": Text("窗口", "Counter"),
    "社区": Text("社区", "Community"),
    "网上": Text("网上", "Online"),
    "自助终端": Text("自助终端", "Kiosk"),
}
OFFERED_CHANNELS = ("上门", "电话", "窗口", "社区")
SEALED = Text(
    "健康类事项由卫生健康部门办理，本岗位看不到内容，也不在这张清单的件数里。",
    "Health services are the health bureau's: this post does not see them, and they are not in these counts.",
)
PARTLY = Text(
    "就业社保类、教育类事项由人社、医保、教育部门办理，本岗位看不到。",
    "Services of work, insurance and education are those bureaus' own; this post does not see them.",
)


@dataclass(frozen=True)
class Address:
    """The page's address: what is listed, in which order, and who is open in the panel."""

    place: str
    home: str  # the post's own place, left out of addresses
    tab: str = "owed"
    service: str = ""
    due: str = ""
    order: str = "dwelling"
    page: int = 0
    person: str = ""

    @property
    def query(self) -> str:
        """Return the query without the person."""
        fresh = Address(self.place, self.home)
        shown = {
            name: getattr(self, name) for name in ("tab", "service", "due", "order")
            if getattr(self, name) != getattr(fresh, name)
        }  # fmt: skip
        shown |= {"place": self.place} if self.place != self.home else {}
        return urlencode(shown | ({"page": self.page + 1} if self.page else {}))

    def url(self, base: str = "/owed/", **changes: str | int) -> str:
        """Return the address with changes; a change of the list starts it anew."""
        fresh = {} if changes.keys() <= {"person", "page"} else {"page": 0, "person": ""}
        other = replace(self, **(fresh | changes))
        query = "&".join(filter(None, (other.query, urlencode({"person": other.person}) if other.person else "")))
        return f"{base}?{query}" if query else base

    def wanted(self, *, everything: bool = False) -> owed.Wanted:
        """Return what the lists are asked for."""
        return owed.Wanted(
            self.place, clock.today(), self.tab, self.service, self.due, self.order, None if everything else self.page
        )


def address_of(request: HttpRequest) -> Address:
    """Read the address; whatever is not known is as if it had not been asked."""
    asked = request.GET
    return Address(
        place=chosen_place(request),
        home=str(request.user.post.lo),
        tab=asked["tab"] if asked.get("tab") in TABS else "owed",
        service=asked.get("service", "")[:12].replace("\0", ""),
        due=asked["due"] if asked.get("due") in DUE and asked.get("tab", "owed") == "owed" else "",
        order="date" if asked.get("order") == "date" else "dwelling",
        page=(whole(asked.get("page", ""), 6) or 1) - 1,
        person=asked.get("person", "")[:20],
    )


def age(born_on: date | None, today: date) -> int | None:
    """Return the completed years."""
    if born_on is None or born_on > today:
        return None
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def due_words(due_on: date, today: date) -> tuple[str, Text | None]:
    """Return the signal of a due date, and how many working days are left or over."""
    if due_on < today:
        over = calendar.working_days_between(due_on, today)
        return "overdue", Text(f"过 {over} 个工作日", f"{over} working day{'s' * (over != 1)} over")
    if (due_on - today).days > 7:
        return "", None
    left = calendar.working_days_between(today, due_on)
    if due_on == today:
        return "amber", Text("今天到期", "due today")
    return "amber", Text(f"剩 {left} 个工作日", f"{left} working day{'s' * (left != 1)} left")


def contact_words(line: owed.Line) -> Words:
    """Return when and how the person was last spoken to about the service."""
    if line.contact_on is None:
        return Text("未联系", "Not yet") if line.opens_on else ""
    how = CHANNELS.get(line.contact_channel or "", Text(line.contact_channel or "", line.contact_channel or ""))
    if line.contact_outcome == "absent":
        how = Text("没见到人", "not met")
    day = short(line.contact_on)
    return Text(f"{day} {how.zh}".strip(), f"{day} {how.en}".strip())


def _item(line: owed.Line, tab: str, today: date) -> OwedItem:
    name, contact = owed.service_name(line.service), contact_words(line)
    if line.opens_on is None or line.due_on is None:  # not a window: nobody can tell yet whether it would open
        missing = owed.what_is_missing(line.service, line.missing, today)
        return OwedItem(name, missing, None, None, contact)
    reason = owed.why_now(line.service, line.opens_on, line.due_on)
    if tab != "owed":
        return OwedItem(name, reason, line.outcome_on, None, contact)
    signal, note = due_words(line.due_on, today)
    return OwedItem(name, reason, line.due_on, note, contact, signal, line.is_offered)


def _group_title(line: owed.Line, address: Address, town: str, today: date) -> Words:
    if address.order == "dwelling" or address.tab == "unknown":
        shown = line.dwelling.removeprefix(town)
        return shown or Text("住处不明", "Dwelling not known")
    day = line.outcome_on if address.tab in ("done", "declined") else line.due_on
    return f"{day}" if day else ""


def groups(lines: Sequence[owed.Line], address: Address) -> tuple[OwedGroup, ...]:
    """Return the lines by dwelling or by date, each person's lines together."""
    today = clock.today()
    town = _town_name(address.place, today)
    found = []
    for title, in_group in groupby(lines, key=lambda line: _group_title(line, address, town, today)):
        people = []
        for person_id, own in groupby(in_group, key=lambda line: line.person_id):
            mine = list(own)
            first, ref = mine[0], ids.show(person_id)
            items = tuple(_item(line, address.tab, today) for line in mine)
            url = address.url(person=ref)
            people.append(OwedPerson(ref, first.name, first.sex, age(first.born_on, today), url, items))
        found.append(OwedGroup(title, tuple(people)))
    return tuple(found)


def _town_name(place: str, today: date) -> str:
    """Return the name that every address of a town begins with; nothing is cut where several towns are listed."""
    known = org.places(today).get(town_of(place))
    return known.name_zh if known and known.level == "town" else ""


def _summary(address: Address, counts: owed.Counts) -> OwedSummary:
    run = insight.latest_run()
    covered = insight.coverage(address.place) if run else None
    given = insight.figure(covered.day, "S1b", address.place) if covered else None
    served = given.numerator if given else 0
    return OwedSummary(
        all=covered.denominator if covered else 0, served=served,
        declined=covered.numerator - served if covered else 0, owed=counts.of("owed"), people=counts.people,
        coverage=covered.value if covered else None, target=(covered.target if covered else None) or 0.95,
        as_of_at=run.finished_at if run else clock.now(),
    )  # fmt: skip


def _tabs(address: Address, counts: owed.Counts) -> tuple[Tab, ...]:
    return tuple(
        Tab(mark, text, counts.of(tab), address.url(tab=tab, due="", service=""), tab == address.tab)
        for tab, (mark, text) in TABS.items()
    )


def _filters(address: Address, counts: owed.Counts) -> tuple[Filter, ...]:
    if address.tab != "owed":
        return ()
    return tuple(
        Filter(
            text, counts.due(due, address.service), address.url(due="" if address.due == due else due),
            address.due == due,
        )
        for due, text in DUE.items()
    )  # fmt: skip


def _services(address: Address, counts: owed.Counts) -> tuple[Filter, ...]:
    every = Filter(
        Text("全部事项", "All services"), counts.of(address.tab), address.url(service=""), not address.service
    )
    codes = sorted(counts.by_tab.get(address.tab, {}).items(), key=lambda pair: (-pair[1], pair[0]))
    return (
        every,
        *(Filter(owed.service_name(c), n, address.url(service=c), c == address.service) for c, n in codes),
    )


def _pager(lines: Sequence[owed.Line], address: Address) -> Pager:
    if not lines:
        return Pager(0, 0, 0)
    first, last, total = lines[0].position, lines[-1].position, lines[0].total
    return Pager(
        first, last, total,
        address.url(page=address.page - 1, person="") if address.page else "",
        address.url(page=address.page + 1, person="") if last < total else "",
    )  # fmt: skip


def _norights(request: HttpRequest) -> Text:
    domains = access.domains_of(request.user.post.kind)
    return SEALED if {"C", "D"} <= set(domains) else Text(PARTLY.zh + SEALED.zh, f"{PARTLY.en} {SEALED.en}")


@dataclass(frozen=True)
class Typed:
    """What was typed into the record panel."""

    services: tuple[str, ...] = ()
    result: str = ""
    confirmation: str = ""
    day: str = ""
    channel: str = ""
    note: str = ""


def panel(ref: str, address: Address, typed: Typed | None = None, faults: Iterable[Fault] = ()) -> RecordPanel | None:
    """Return the record panel of one person; None for nobody, and for whom the reader may not see."""
    person_id, today = ids.read(ref), clock.today()
    card = cards.card_of(merges.current(person_id), today) if person_id is not None else None
    if card is None:
        return None
    open_now = owed.open_services(card.person_id, today)
    urgent = address.service if any(one.service == address.service for one in open_now) else ""
    chosen = typed.services if typed else ((urgent or open_now[0].service,) if open_now else ())
    channel = typed.channel if typed else OFFERED_CHANNELS[0]
    return RecordPanel(
        ref=ids.show(card.person_id), name=card.name, sex=card.sex, age=age(card.born_on, today),
        person_url=reverse("person", args=[ids.show(card.person_id)]), id_number=card.masked_number,
        phone=card.masked_phone, address=card.address, since=card.since,
        services=tuple(Choice(o.service, owed.service_name(o.service), o.service in chosen) for o in open_now),
        channels=tuple(Choice(code, CHANNELS[code], code == channel) for code in OFFERED_CHANNELS),
        action="/owed/record", back=address.query, day=typed.day if typed else today.isoformat(), newest_day=today,
        result=typed.result if typed else "", confirmation=typed.confirmation if typed else "",
        note=typed.note if typed else "", faults=tuple(faults),
    )  # fmt: skip


def build(
    request: HttpRequest, address: Address, listed: tuple[Sequence[owed.Line], owed.Counts], shown: RecordPanel | None
) -> OwedPage:
    """Return the whole page."""
    lines, counts = listed
    is_by_dwelling = address.order == "dwelling" or address.tab == "unknown"
    return OwedPage(
        summary=_summary(address, counts),
        tabs=_tabs(address, counts),
        filters=_filters(address, counts),
        services=_services(address, counts),
        service=owed.service_name(address.service) if address.service else None,
        is_by_dwelling=is_by_dwelling,
        other_order_url="" if address.tab == "unknown" else address.url(order="date" if is_by_dwelling else "dwelling"),
        groups=groups(lines, address),
        pager=_pager(lines, address),
        panel=shown,
        export_url=address.url("/owed/export", person="") if lines else "",
        norights=_norights(request),
        empty=_empty(address),
    )


def _empty(address: Address) -> Text:
    if address.service or address.due:
        return Text("换一个筛选条件再看。", "Try another filter.")
    return Text("新的事项到期前会出现在这里。", "New services appear here before they are due.")
