"""The one receipt of a package, and the letter that says so: in the transaction in which it is sent."""

from datetime import date

from tongdeng.audit.types import Actor
from tongdeng.desk import clocks, joints, packages, rules, selectors
from tongdeng.desk.actions.announcing import COUNTY, follow_words, named
from tongdeng.desk.models import Case, Joint
from tongdeng.desk.types import CHANNELS, Channel, Clock, Held, State
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.notify import actions as notify
from tongdeng.notify.types import About, Reader
from tongdeng.owed import selectors as owed
from tongdeng.papers import actions as papers
from tongdeng.papers.types import Addressee, Matter

STEP = "sent"


def package_title(name: str) -> Text:
    """Return what a package is called; its name where the county has it no longer."""
    known = packages.find_package(name)
    return known.title if known else Text(name, name)


def issue_receipt(*, joint: Joint, by: Actor) -> None:
    """Issue the receipt of a package that was just sent, and write to the person."""
    cases = joints.cases_in(joint)
    sent = [case for case in cases if case.state == State.SUBMITTED]
    title, follow = _title(joint, cases), follow_words(joint.number, joints.code_of(joint))
    by_day = max((day for case in sent if (day := _answer_by(case))), default=None)
    (person, name), domain, desks = named(joint.person_id), joints.widest_domain(joint), joints.desks_for_all(joint)
    papers.issue_paper(
        kind="receipt", matter=Matter(joints.SUBJECT, joint.pk, STEP), organ=COUNTY, by=by,
        to=Addressee(person, name, joint.territory, domain, desks),
        content={
            "service": title, "received_on": clock.today(), "answer_by": by_day, "materials": _given(sent),
            "channel": CHANNELS[Channel(joint.channel)], "follow": follow,
        },
    )  # fmt: skip
    notify.tell(
        kind="package.received", about=About(joints.SUBJECT, joint.pk, STEP), by=by,
        to=Reader(person, joint.territory, domain, desks, told_id=selectors.speaker_of(joint)),
        fields={"package": package_title(joint.package), "services": _named(sent), "by": by_day or clock.today()},
    )  # fmt: skip


def _answer_by(case: Case) -> date | None:
    run = selectors.progress_of(case).runs.get(Clock.COMPLETENESS)
    return clocks.due_on(run) if run else None


def _named(cases: list[Case]) -> Text:
    return Text.listed(owed.service_name(case.service) for case in cases)


def _title(joint: Joint, cases: list[Case]) -> Text:
    """Return the package with its services, those apart that begin later."""
    now = _named([case for case in cases if case.state == State.SUBMITTED])
    later = _named([case for case in cases if case.state == State.DRAFT])
    title = package_title(joint.package)
    zh, en = f"{title.zh}（{now.zh}", f"{title.en} ({now.en}"
    if later.zh:
        zh, en = f"{zh}；随后开始：{later.zh}", f"{en}; to begin later: {later.en}"
    return Text(f"{zh}）", f"{en})")


def _given(cases: list[Case]) -> list[Text]:
    """Return what was handed in, each paper once."""
    codes = {
        code: None
        for case in cases
        for code, how in selectors.progress_of(case).materials.items()
        if how in (Held.GIVEN, Held.COMMITTED)
    }
    return [rules.paper_name(code) for code in codes]
