"""Where somebody outside sends a roll by a link. Nobody signs in; nothing comes back but a receipt."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from tongdeng.audit.types import Actor
from tongdeng.intake import actions
from tongdeng.intake import selectors as intake
from tongdeng.intake.errors import FINDINGS
from tongdeng.intake.exports import links, submissions, write_format
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org import selectors as org
from tongdeng.sites.console.exports import XLSX
from tongdeng.sites.console.links import scope
from tongdeng.sites.console.view_models.links import ReceiptView, RowFault, SubmitPage
from tongdeng.sites.shell.frame import Fault
from tongdeng.sites.shell.templatetags.shell import language

FORM_ROOM = 64 << 10  # what a form needs around its file
# Why a file as a whole cannot be used, without a word of what it holds.
WHOLE = {
    "roll.columns_missing": Text(
        "表头对不上。请用本页的空白表填写。", "The headers do not fit. Please use the empty file of this page."
    ),
    "roll.too_large": Text("文件太大，或者行数太多。请分成几份。", "The file is too large. Please send it in parts."),
    "roll.empty": Text("文件里没有内容。", "The file is empty."),
    "roll.several_sheets": Text(
        "文件里有几张名单。请合并成一张，或分成几份送。", "The file has several lists. Please put them in one sheet."
    ),
    "roll.no_rows": Text("文件里只有表头，没有名单。", "The file has headers and no rows."),
}
SAME_AS = {"roll.not_a_roll": "roll.columns_missing", "roll.columns_doubled": "roll.columns_missing"}
UNREADABLE = Text(
    "文件不能读取。请存为 XLSX 或 CSV 再送。",
    "The file cannot be read. Please save it as XLSX or CSV and send it again.",
)
ROWS = {
    "premises.outside": Text("不在本链接的房屋或社区里", "not of the premises of this link"),
    "employer.other": Text("不是本链接的单位", "not of the employer of this link"),
    "cell.formula": Text("单元格里是公式", "a cell holds a formula"),
    "required.missing": Text("必填的格是空的", "a needed cell is empty"),
}
TOO_OFTEN = Text("送得太频繁，请过一会儿再送。", "Too many files in a short time. Please try again later.")
NO_USE_LEFT = Text(
    "这个链接的次数已用完。需要再送，请联系发链接的部门。", "This link has no use left. Ask whoever sent it to you."
)


@dataclass(frozen=True)
class _Door:
    token: str
    link: intake.Link
    by: Actor

    @property
    def url(self) -> str:
        return f"/submit/{self.token}/"


def _door(token: str) -> _Door:
    """Return what a token opens. Unknown, expired and revoked look the same."""
    found = links.find_by_token(token)
    if found is None:
        raise Http404
    return _Door(token, *found)


# Without a session there is nothing that a forged request could borrow; and checking a token of Django's would read
# the whole body of a request before anybody has looked at the link.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is asked and what becomes of it, or receive a file."""
    door = _door(token)
    if request.method != "POST":
        return _show(request, door)
    if not actions.count_attempt(link_id=door.link.pk, by=door.by):
        return _show(request, door, TOO_OFTEN, status=429)
    largest = links.limits().largest_mb << 20
    if int(request.META.get("CONTENT_LENGTH") or 0) > largest + FORM_ROOM:
        return _show(request, door, WHOLE["roll.too_large"], status=413)
    sent = request.FILES.get("file")
    if sent is None or (sent.size or 0) > largest:
        missing = Text("请选一个文件。", "Choose a file.")
        return _show(request, door, WHOLE["roll.too_large"] if sent else missing, status=422)
    try:
        judged = _judged(door, sent.read())
    except UnusableInput as error:
        return _show(request, door, WHOLE.get(SAME_AS.get(error.code, error.code), UNREADABLE), status=422)
    receipt = actions.keep_submission(link_id=door.link.pk, judged=judged, by=door.by)
    if receipt is None:
        return _show(request, _door(token), NO_USE_LEFT, status=422)
    return redirect(f"{door.url}receipt?number={receipt.number}")


def _judged(door: _Door, data: bytes) -> submissions.Judged:
    today = clock.today()
    return submissions.judge(
        data, "", link=door.link, asked=links.request_of(door.link.kind), today=today,
        communities=org.community_codes(today), most_rows=links.limits().most_rows,
    )  # fmt: skip


def _show(
    request: HttpRequest, door: _Door, fault: Text | None = None, *, receipt: links.Receipt | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    asked, link, limits, lang = links.request_of(door.link.kind), door.link, links.limits(), language()
    today = clock.today()
    bureau = org.bureau_names(today).get(asked.bureau, ("", ""))
    form = asked.form()
    page = SubmitPage(
        url=door.url, county=org.county(today).name(lang), bureau=bureau[1] if lang == "en" else bureau[0],
        for_whom=link.for_whom, title=asked.title, scope=scope(link, org.places(clock.today())),
        purpose=asked.purpose, kinds=asked.kinds,
        kept=asked.kept, duty=asked.duty, basis=asked.basis, notice_version=asked.notice_version,
        expires_on=link.expires_at.astimezone(clock.CHINA).date(), uses_left=max(link.uses_allowed - link.uses, 0),
        largest_mb=limits.largest_mb, most_rows=limits.most_rows,
        columns=tuple(Text(one.zh, f"{one.en} ({one.zh})") for one in form.columns),
        faults=(Fault("file", fault),) if fault else (), receipt=_receipt(receipt) if receipt else None,
    )  # fmt: skip
    answer = render(request, "console/submit.html", {"page": page}, status=status)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _receipt(receipt: links.Receipt) -> ReceiptView:
    return ReceiptView(
        receipt.number, receipt.received_at, receipt.rows,
        tuple(RowFault(row, codes, _words(codes)) for row, codes in receipt.unreadable),
    )  # fmt: skip


def _words(codes: tuple[str, ...]) -> Text:
    """Return the reasons in words, with nothing of what the cells say."""
    texts = [ROWS.get(code) or FINDINGS[code][0] for code in codes]
    zh = "；".join(text.zh.replace("“{shown}”", "").replace("{shown}", "") for text in texts)
    return Text(zh, "; ".join(text.en.replace("“{shown}”", "it").replace("{shown}", "") for text in texts))


@require_GET
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Show a receipt again by its number, within its own link only."""
    door = _door(token)
    number = request.GET.get("number", "").strip()
    found = links.find_receipt(door.link.pk, number, door.by) if len(number) == 10 and number.isascii() else None
    if found is None:
        raise Http404
    return _show(request, door, receipt=found)


@require_GET
def template(request: HttpRequest, token: str) -> HttpResponse:
    """Give the empty file with the columns that are asked for, and no other."""
    door = _door(token)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "list.xlsx"
        write_format(links.request_of(door.link.kind).form(), file)
        content = file.read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{door.link.kind}.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


urlpatterns = [
    path("submit/<str:token>/", submit, name="submit"),
    path("submit/<str:token>/receipt", receipt, name="submit_receipt"),
    path("submit/<str:token>/list.xlsx", template, name="submit_template"),
]
