"""Fills the pages about dwellings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.http import urlencode

from tongdeng.intake import selectors as intake
from tongdeng.kernel.errors import Text
from tongdeng.org.types import Place
from tongdeng.people.exports import dwellings
from tongdeng.sites.console.exports import Cell, Sheet
from tongdeng.sites.console.frame import place_name
from tongdeng.sites.console.view_models.dwellings import (
    DeclarationForm,
    HomeLine,
    HomesPage,
    InspectionForm,
    InspectionLine,
    LeaseLine,
    Pending,
)
from tongdeng.sites.console.view_models.owed import Filter
from tongdeng.sites.shell.frame import Choice, Pager
from tongdeng.sites.shell.templatetags.shell import language

HERE = "/dwellings/"
KINDS = {
    "flat": Text("成套住宅", "Flat"), "house": Text("平房、自建房", "House"),
    "dormitory": Text("集体宿舍", "Dormitory"), "mixed": Text("商住两用", "Shop with rooms"),
    "other": Text("其他", "Other"),
}  # fmt: skip
RESULTS = {
    "passed": Text("合格", "Passed"), "repair": Text("需整改", "To be mended"), "failed": Text("不合格", "Failed"),
}  # fmt: skip
ID_KINDS = {
    "居民身份证": Text("居民身份证", "Citizen ID card"),
    "港澳台居民居住证": Text("港澳台居民居住证", "Residence card of Hong Kong, Macao or Taiwan"),
    "护照": Text("护照", "Passport"),
    "其他证件": Text("其他证件", "Another document"),
}
FILTERS = {
    "": Text("全部", "All"), "late": Text("该检查了", "Inspection due"), "soon": Text("快到期", "Due soon"),
    "mend": Text("等整改", "To be mended"), "let": Text("在租", "Let"),
    "vacant": Text("没有在租登记", "No tenant stated"),
}  # fmt: skip
NOT_STATED = Text("没有登记", "not stated")
COLUMNS = (
    (Text("地址", "Address"), 40), (Text("社区", "Community"), 24), (Text("类型", "Kind"), 12),
    (Text("房主", "Landlord"), 12), (Text("在租人数", "Tenants"), 8), (Text("上次检查", "Last inspection"), 12),
    (Text("结果", "Result"), 12), (Text("下次应检", "Next due"), 12), (Text("情况", "State"), 24),
)  # fmt: skip


@dataclass(frozen=True)
class Address:
    """What of the list is shown."""

    place: str
    state: str = ""
    page: int = 0

    def url(self, path: str = HERE, **changes: str | int) -> str:
        """Return an address of the list with something changed."""
        wanted = {"place": self.place, "state": self.state, "page": self.page, **changes}
        return f"{path}?{urlencode({key: value for key, value in wanted.items() if value})}"


def _inspection(home: dwellings.Home, on: date) -> tuple[Text, str]:
    """Return what is to be said of the next inspection, and its mark."""
    if home.state == "vacant":
        return Text("没有人租住，不用检查", "nobody rents it: not due"), ""
    days = (home.due_on - on).days if home.due_on else 0
    if home.state == "never":
        return Text(f"还没检查过，过期 {-days} 天", f"never inspected, {-days} days overdue"), "overdue"
    if home.state == "overdue":
        return Text(f"过期 {-days} 天", f"{-days} days overdue"), "overdue"
    return Text(f"还有 {days} 天", f"{days} days left"), "amber" if home.state == "soon" else ""


def line(home: dwellings.Home, known: Mapping[str, Place], on: date) -> HomeLine:
    """Return one dwelling as a line of the list."""
    said, mark = _inspection(home, on)
    return HomeLine(
        url=f"{HERE}{home.dwelling_id}/", address=home.address, place=place_name(known, home.territory, language()),
        kind=KINDS.get(home.kind or "", NOT_STATED), landlord=home.landlord or "", tenants=home.tenants,
        inspected_on=home.inspected_on, result=RESULTS.get(home.result or "", ""),
        due_on=home.due_on if home.is_let else None, inspection=said, mark=mark,
    )  # fmt: skip


def rule_words() -> Text:
    """Return the county's rule of inspections in one sentence."""
    rule = dwellings.inspection_rule()
    zh = "".join(f"，{KINDS[kind].zh} {months} 个月" for kind, months in rule.every_months_of.items())
    en = "".join(f", a {KINDS[kind].en.lower()} every {months}" for kind, months in rule.every_months_of.items())
    return Text(
        f"在租的房屋 {rule.first_within_days} 天内检查，以后每 {rule.every_months} 个月一次{zh}；"
        f"要整改的 {rule.mend_days} 天内复查。",
        f"A dwelling is inspected within {rule.first_within_days} days of being let, then every {rule.every_months}"
        f" months{en}; after a finding, again within {rule.mend_days} days.",
    )


def build(address: Address, known: Mapping[str, Place], on: date) -> tuple[HomesPage, int]:
    """Return the list of a place, and how many rows an export of it would have."""
    wanted = dwellings.Wanted(address.place, on, address.state, address.page)
    rows, counts = dwellings.listed(wanted), dwellings.counts(wanted)
    first, total = address.page * dwellings.PAGE, counts[address.state]
    last = first + len(rows)
    filters = tuple(
        Filter(text, counts[state], address.url(state=state, page=0), state == address.state)
        for state, text in FILTERS.items()
    )
    pager = Pager(
        first + 1, last, total if rows else 0,
        address.url(page=address.page - 1) if address.page else "",
        address.url(page=address.page + 1) if last < total else "",
    )  # fmt: skip
    empty = Text("换一个条件看看。", "Try another choice.")
    if not counts[""]:
        empty = Text(
            "住建部门的出租房屋名册导入后，这里就有。", "They appear once the roll of rented dwellings was imported."
        )
    page = HomesPage(
        rows=tuple(line(home, known, on) for home in rows), filters=filters, pager=pager, rule=rule_words(),
        basis=dwellings.inspection_rule().basis, export_url=address.url(f"{HERE}export", page=0), empty=empty,
    )  # fmt: skip
    return page, total


def sheet(address: Address, known: Mapping[str, Place], on: date) -> Sheet:
    """Return every dwelling of the list as it is filtered; no tenant is in it."""
    lang = language()
    lines = [
        line(home, known, on) for home in dwellings.listed(dwellings.Wanted(address.place, on, address.state, None))
    ]

    def cells(one: HomeLine) -> list[Cell]:
        words = [text.say(lang) if isinstance(text, Text) else text for text in (one.kind, one.result, one.inspection)]
        return [
            one.address, one.place, words[0], one.landlord, one.tenants, one.inspected_on, words[1], one.due_on,
            words[2],
        ]  # fmt: skip

    title = FILTERS[address.state]
    return Sheet(
        title=Text(f"出租房屋（{title.zh}）", f"Rented homes ({title.en})"), stem=f"dwellings-{address.place}",
        columns=COLUMNS, rows=[cells(one) for one in lines],
    )  # fmt: skip


def lease_lines(leases: list[dwellings.Lease], on: date, *, enters: bool) -> tuple[LeaseLine, ...]:
    """Return the tenancies of a dwelling, open ones first."""
    return tuple(
        LeaseLine(
            tenant=one.tenant, number=one.number, starts_on=one.starts_on, ends_on=one.ends_on,
            is_open=one.ends_on is None or one.ends_on > on, record=one.record_id,
            end_url="end" if enters and (one.ends_on is None or one.ends_on > on) else "",
        )
        for one in leases
    )  # fmt: skip


def inspection_lines(
    found: list[dwellings.Inspection], staff_id: int, names: Mapping[int, str]
) -> tuple[InspectionLine, ...]:
    """Return the history of inspections; one's own entry can be taken back."""
    return tuple(
        InspectionLine(
            inspected_on=one.inspected_on, result=RESULTS.get(one.result or "", NOT_STATED), to_mend=one.to_mend or "",
            next_due_on=one.next_due_on,
            by=names.get(one.staff_id or 0, "") or Text("名册", "the roll"),
            undo_url=f"undo/{one.record_id}" if one.staff_id == staff_id else "",
        )
        for one in found
    )  # fmt: skip


def inspection_form(today: date, chosen: str = "") -> InspectionForm:
    """Return an empty form; nothing is chosen, only the day is today's."""
    results = tuple(Choice(code, text, code == chosen) for code, text in RESULTS.items())
    return InspectionForm(action="inspect", newest_day=today, results=results, day=today.isoformat())


def declaration_form(chosen: str = "居民身份证") -> DeclarationForm:
    """Return an empty form for a landlord's declaration."""
    within, basis = dwellings.declaration_basis()
    kinds = tuple(Choice(code, text, code == chosen) for code, text in ID_KINDS.items())
    return DeclarationForm(action="declare", id_kinds=kinds, within_days=within, basis=basis)


OPEN = ("waiting", "running")
LOCAL = Text(
    "这位承租人是本县户籍：只计数，不登记个人资料。",
    "This tenant is registered in the county: counted, and nothing of the person is kept.",
)
FAILED = Text("没有登记成功，请再填一次。", "It could not be registered. Please enter it again.")


def pending(batch: intake.Batch | None, here: str) -> Pending | None:
    """Return what is to be said of a declaration that was just sent."""
    if batch is None:
        return None
    undo = f"{here}take-back/{batch.pk}"
    if batch.state in OPEN:
        text = Text("已收下，正在登记承租人。", "Received; the tenant is being registered.")
        return Pending(text, f"{here}progress/{batch.pk}", undo)
    if batch.state != "done":
        return (
            Pending(Text("已撤回刚才的登记。", "The entry was taken back.")) if _is_undone(batch) else Pending(FAILED)
        )
    counts = batch.counts
    if counts.get("local"):
        return Pending(LOCAL)
    if counts.get("rejected"):
        return Pending(FAILED)
    return Pending(Text("已登记承租人。", "The tenant is registered."), undo_url=undo)


def _is_undone(batch: intake.Batch) -> bool:
    return batch.state in ("withdrawn", "cancelled")
