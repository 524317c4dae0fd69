"""What was handed in with a case, and what this post may take in now."""

from dataclasses import replace
from datetime import date

from tongdeng.audit.types import Actor
from tongdeng.desk import selectors as desk
from tongdeng.documents.types import Kept
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.sites.console import case_words
from tongdeng.sites.console.view_models.cases import Intake, Paper
from tongdeng.sites.shell.frame import Choice, Link


def papers(case: desk.Case) -> tuple[Paper, ...]:
    """Return the papers of a case, each with the documents that were handed in of it."""
    kept: dict[str, list[Link]] = {}
    for one in desk.documents_of(case):
        kept.setdefault(one.material, []).append(_link(case, one))
    shown = case_words.papers(desk.progress_of(case).materials)
    return tuple(replace(paper, documents=tuple(kept.get(paper.code, ()))) for paper in shown)


def _day(one: Kept) -> str:
    return f"{one.held_since.astimezone(clock.CHINA):%m-%d}"


def _link(case: desk.Case, one: Kept) -> Link:
    return Link(
        Text(f"{_day(one)} 交的，{-(-one.size // 1024)} KB", f"of {_day(one)}, {-(-one.size // 1024)} KB"),
        f"/cases/{case.pk}/documents/{one.id}/",
    )  # fmt: skip


def intake(case: desk.Case, by: Actor, today: date) -> Intake:
    """Return what may be taken in: papers by file, and those that were handed in before for the same service."""
    takes = desk.takes(case, by, today)
    before = desk.reusable(case) if takes else {}
    earlier = []
    for code, one in before.items():
        if code in takes:
            name = case_words.paper_name(code)
            said = Text(f"用 {_day(one)} 交过的：{name.zh}", f"Use the one of {_day(one)}: {name.en}")
            earlier.append(Choice(str(one.id), said))
    named = [Choice(code, case_words.paper_name(code)) for code in desk.progress_of(case).materials if code in takes]
    return Intake(tuple(named), tuple(earlier))
