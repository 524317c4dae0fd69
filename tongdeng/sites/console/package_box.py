"""The package beside a case: its other cases as far as the post may see them, and how many more there are."""

from collections.abc import Collection
from datetime import date

from tongdeng.desk import selectors as desk
from tongdeng.desk.exports import joints, packages
from tongdeng.desk.exports import together as stages
from tongdeng.desk.types import SIGNALS, STATES, State
from tongdeng.kernel import clock
from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.owed import selectors as owed
from tongdeng.papers import selectors as papers
from tongdeng.papers.types import Issued
from tongdeng.sites.console import case_words
from tongdeng.sites.console.view_models.cases import PackageBox, Sibling
from tongdeng.sites.shell.frame import Link

ANOTHER = Text("别的部门的一项", "one of another department")


def box(case: desk.Case) -> PackageBox | None:
    """Return the package of a case; None where it has none."""
    joint = joints.joint_of(case)
    if joint is None:
        return None
    now, seen = joints.standing_of(joint), joints.cases_in(joint)
    light = now.light_on(clock.today())
    hidden, services = now.parts - len(seen), {one.service for one in seen}
    return PackageBox(
        title=title(joint), stage=stages.STAGES[now.stage],
        siblings=tuple(
            Sibling(
                Link(owed.service_name(one.service), f"/cases/{one.pk}/"), _state(one, joint, services),
                one.pk == case.pk,
            )
            for one in seen
        ),
        # With both, anybody reads of all parts at /follow/: only who sees all of them here is given them.
        hidden=hidden, number="" if hidden else joint.number, code="" if hidden else joints.code_of(joint),
        note=_note(joint, now), light=case_words.LIGHTS[light], light_text=SIGNALS[light],
    )  # fmt: skip


def title(joint: joints.Joint) -> Text:
    """Return what a package is called; its name where the county has it no longer."""
    known = packages.find_package(joint.package)
    return known.title if known else Text(joint.package, joint.package)


def marked(numbers: Collection[int], today: date) -> dict[int, tuple[Text, str]]:
    """Return what packages are called and the mark of the light that each shows, for a list of cases."""
    found = joints.joints_by_id(numbers)
    now = joints.standings_of(found.values())
    return {number: (title(one), case_words.LIGHTS[now[number].light_on(today)]) for number, one in found.items()}


def _note(joint: joints.Joint, now: stages.Together) -> Text:
    if joint.stars:
        return Text(f"本人评价：{joint.stars} 星（满 5 星）", f"rated {joint.stars} of 5")
    if now.is_open and now.due_on:
        return Text(f"最晚 {now.due_on:%m-%d} 各项都有决定", f"all decided by {now.due_on:%m-%d}")
    return NOTHING


def _state(one: desk.Case, joint: joints.Joint, seen: set[str]) -> Text:
    before = joints.order_of(joint).get(one.service, ())
    if one.state != State.DRAFT or not before:
        return STATES[State(one.state)]
    first = Text.listed(owed.service_name(code) if code in seen else ANOTHER for code in before)
    return Text(f"{first.zh}办好以后自动开始", f"begins after {first.en}")


def issued(case: desk.Case) -> list[Issued]:
    """Return the papers of a case, after the receipt of its package for whoever sees all of what that names."""
    own, joint = papers.papers_of_matter(desk.SUBJECT, case.pk), joints.joint_of(case)
    if joint is None or joints.standing_of(joint).parts > len(joints.cases_in(joint)):
        return own
    return [*papers.papers_of_matter(joints.SUBJECT, joint.pk), *own]
