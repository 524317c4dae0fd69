"""What is done with people's data: the register, impact assessments, and what the retention job deletes."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from tongdeng.audit import actions as audit
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org.types import PostKind
from tongdeng.privacy import actions
from tongdeng.privacy import selectors as privacy
from tongdeng.privacy.types import LEVELS, REASONS, NewAssessment
from tongdeng.sites.console.frame import build_frame, own_place
from tongdeng.sites.console.right_words import domain_words
from tongdeng.sites.console.view_models.privacy import ActivityLine, AssessmentLine, PrivacyPage, RuleLine
from tongdeng.sites.shell.frame import Choice, Fault
from tongdeng.sites.shell.typed import read_day

HERE = "/privacy/"
WRITES = frozenset({PostKind.OFFICE})
PURPOSE = Text("个人信息保护", "Protection of personal data")
OPTIONAL = {"consent": Text("要本人同意", "only after a yes"), "objection": Text("本人可以拒绝", "until a no")}
DO = {
    "delete": Text("到期自动删除", "deleted by the job"), "list": Text("列出来由办公室决定", "listed for the office"),
    "elsewhere": Text("由别处处理", "seen to elsewhere"),
}  # fmt: skip
TEXTS = ("lawful", "risk", "measures")
LONGEST = 2000


@require_http_methods(["GET", "POST"])
def privacy_page(request: HttpRequest) -> HttpResponse:
    """Show the register with its assessments and retention; the office adds assessments."""
    if request.method == "POST" and request.user.post.kind not in WRITES:
        raise PermissionDenied
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        made, faults = _read(request)
        if made and not faults:
            actions.add_assessment(made=made, by=request.actor)
            return redirect(f"{HERE}#assessments")
    audit.record("privacy.register.viewed", by=request.actor)
    page = _page(request, faults)
    frame = build_frame(request, place_code=own_place(request), current=HERE, purpose=PURPOSE)
    return render(request, "console/privacy.html", {"frame": frame, "page": page}, status=422 if faults else 200)


def _read(request: HttpRequest) -> tuple[NewAssessment | None, tuple[Fault, ...]]:
    said, faults = request.POST, []
    texts = {key: said.get(key, "").strip() for key in TEXTS}
    faults += [
        Fault(key, Text("请写几句，最多 2000 个字。", "Write a few words, 2,000 characters at most."))
        for key, text in texts.items() if not text or len(text) > LONGEST
    ]  # fmt: skip
    made_on = read_day(said.get("made_on", ""))
    if made_on is None or made_on > clock.today():
        faults.append(Fault("made_on", Text("请写今天或以前的日期。", "Write today's date or an earlier one.")))
    chosen = {"activity": privacy.activities(), "why": REASONS, "level": LEVELS}
    faults += [
        Fault(key, Text("请选一项。", "Choose one.")) for key, known in chosen.items() if said.get(key) not in known
    ]
    if faults or made_on is None:
        return None, tuple(faults)
    picked = {key: said[key] for key in chosen}
    return NewAssessment(**picked, **texts, made_on=made_on), ()


def _page(request: HttpRequest, faults: tuple[Fault, ...]) -> PrivacyPage:
    found, runs, can_see = privacy.assessments(), privacy.retention_runs(1), request.user.post.kind in WRITES
    newest: dict[str, date] = {}
    for one in found:
        newest.setdefault(one.activity, one.made_on)
    due = privacy.retention_due() if can_see else {}
    last = runs[0].counts if runs else {}
    known = privacy.activities()

    def choices(key: str, texts: Iterable[tuple[str, Text]]) -> tuple[Choice, ...]:
        return tuple(Choice(code, text, request.POST.get(key) == code) for code, text in texts)

    return PrivacyPage(
        activities=tuple(
            ActivityLine(one.name, one.why, one.clause, domain_words(one.domains), one.kept, one.recipients,
                         OPTIONAL.get(one.optional), newest.get(one.code))
            for one in known.values()
        ),
        rules=tuple(
            RuleLine(one.name, one.days, DO[one.do], one.clause, due.get(one.code) if one.do != "elsewhere" else None,
                     last.get(one.code))
            for one in privacy.retention_rules().values()
        ),
        ran_at=runs[0].ran_at if runs else None,
        assessments=tuple(_line(one) for one in found), can_assess=request.user.post.kind in WRITES,
        choices={
            "activity": choices("activity", ((code, one.name) for code, one in known.items())),
            "why": choices("why", REASONS.items()), "level": choices("level", LEVELS.items()),
        },
        typed={key: request.POST.get(key, "") for key in (*TEXTS, "made_on")}, faults=faults,
    )  # fmt: skip


def _line(one: object) -> AssessmentLine:
    made = NewAssessment(
        one.activity,
        one.why,
        one.made_on,
        one.lawful,
        one.risk,
        one.measures,
        one.level,
    )
    known = privacy.activities().get(made.activity)
    name = known.name if known else Text(made.activity, made.activity)
    return AssessmentLine(
        name, REASONS[made.why], made.made_on, LEVELS[made.level], made.lawful, made.risk, made.measures,
        made.kept_until,
    )  # fmt: skip


urlpatterns = [path("privacy/", privacy_page, name="privacy")]
