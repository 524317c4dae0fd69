"""The page of an installation in which nobody can sign in yet: what to do, and a check of the filled workbook.

It writes nothing, tells nothing of this installation, and is gone as soon as somebody can sign in.
"""

import shlex
from dataclasses import dataclass
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from tongdeng.intake.exports import read_sheets
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org import selectors as org
from tongdeng.org.errors import CellFault, CountyFileFaulty
from tongdeng.org.exports import county, county_template
from tongdeng.people import selectors as registry
from tongdeng.sites.shell.frame import Fault

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 200  # faults; who has more starts at the top anyway
SENT_NAME = "county.xlsx"


@dataclass(frozen=True)
class FirstRunPage:
    """What the page says: the faults of a checked workbook, or what it would make and the command that makes it."""

    command: str
    checked: str = ""
    faults: tuple[CellFault, ...] = ()
    more_faults: int = 0
    form_faults: tuple[Fault, ...] = ()
    plan: county.CountyPlan | None = None


def _only_before_staff() -> None:
    if org.has_staff():
        raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    """Say what to do next, and judge a workbook that was filled in."""
    _only_before_staff()
    page = _checked(request) if request.method == "POST" else FirstRunPage(_command(SENT_NAME))
    is_wrong = bool(page.faults or page.form_faults)
    return render(request, "shell/first_run.html", {"page": page}, status=422 if is_wrong else 200)


def _command(name: str) -> str:
    return f"./run county init {shlex.quote(name)} --passwords passwords.txt"


def _checked(request: HttpRequest) -> FirstRunPage:
    sent = request.FILES.get("file")
    name = Path(sent.name or "").name[:100] if sent else SENT_NAME
    if sent is None:
        missing = Fault("file", Text("请选一个文件。", "Choose a file."))
        return FirstRunPage(_command(name), form_faults=(missing,))
    try:
        plan = county.plan_county(
            read_sheets(sent.read(), name), has_people=registry.has_batches(), is_demo=org.is_demo(),
            on=clock.today(), place=name,
        )  # fmt: skip
    except CountyFileFaulty as error:
        shown = error.faults[:SHOWN]
        return FirstRunPage(_command(name), name, shown, len(error.faults) - len(shown))
    except UnusableInput as error:
        text = Text(*("。".join(filter(None, pair)) for pair in zip(error.fact, error.remedy, strict=True)))
        return FirstRunPage(_command(name), name, form_faults=(Fault("file", text),))
    return FirstRunPage(_command(name), name, plan=plan)


@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """Give the empty workbook."""
    _only_before_staff()
    content = county_template(org.law_bureaus(clock.today()))
    headers = {"Content-Disposition": f'attachment; filename="{SENT_NAME}"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)
