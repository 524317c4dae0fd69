"""A step's paper and the word of it to the person: in the step's own transaction, so that neither is without it."""

from collections.abc import Sequence

from django.conf import settings

from tongdeng.audit.types import Actor
from tongdeng.catalogue import selectors as catalogue
from tongdeng.desk import rules, selectors, story
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.models import Case
from tongdeng.desk.progress import Progress
from tongdeng.desk.story import Story
from tongdeng.desk.types import CHANNELS, Act, Channel, Step
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.notify import actions as notify
from tongdeng.notify.types import About, Reader
from tongdeng.org import selectors as org
from tongdeng.papers import actions as papers
from tongdeng.papers.errors import PaperIncomplete
from tongdeng.papers.types import Addressee, Matter
from tongdeng.people import selectors as people
from tongdeng.people.exports import merges
from tongdeng.work import actions as work

SUBJECT = selectors.SUBJECT
BEGIN, TELL = "tongdeng.desk.tasks.begin_waiting", "tongdeng.desk.tasks.tell_news"
NAMELESS = Text(
    "看不到申请人的姓名，文书没有写给谁", "the applicant's name is not in sight: the paper would be to nobody"
)
WHO_SEES = Text("请由现居住地的窗口办", "let the window where the person lives now do it")
COUNTY = Text("县人民政府", "the people's government of the county")


def announce(*, case: Case, act: Act, now: Progress, with_others: bool = False, by: Actor) -> None:
    """Issue the paper of a case's newest step and tell the person, once each. Raises StepRefused, in words.

    Most acts in between have neither and cost nothing here. Of the cases of a package the person is told together.
    """
    if case.parent_id is not None:
        _watch(case.parent_id, act, now)
    if with_others or (act not in story.PAPERS and act not in story.LETTERS):
        return
    told, step = told_of(case, now, selectors.steps_of(case)), str(now.version)
    if act in story.PAPERS:
        kind, fields = story.PAPERS[act]
        _issue(case, kind, step, {"service": told.service, **fields(told)}, by)
    if act in story.ENDS:
        papers.end_papers(kind=SUBJECT, number=case.pk, kinds=story.ENDS[act], by=by)
    if case.parent_id is not None:
        return
    kind, blanks = story.letter(told)
    notify.tell(
        kind=kind, about=About(SUBJECT, case.pk, step),
        to=Reader(
            merges.current(case.person_id), case.territory, case.domain, case.desks, told_id=selectors.speaker_of(case)
        ),
        fields=blanks, by=by,
    )  # fmt: skip


def _watch(joint_id: int, act: Act, now: Progress) -> None:
    """Let a job begin what waited for this case, and tell what is new once it has been quiet for a while."""
    if now.is_closed:
        work.ask_for_job(BEGIN, lock=f"package-begin-{joint_id}", joint_id=joint_id)
    if act in story.LETTERS:
        work.ask_for_job(TELL, lock=f"package-tell-{joint_id}", in_minutes=rules.quiet_minutes(), joint_id=joint_id)


def follow_words(number: str, code: str) -> Text:
    """Return how to follow a case or a package without an account."""
    address = f"{settings.TONGDENG_ADDRESS}/follow/"
    return Text(f"{address}，办件编号 {number}，查询码 {code}", f"{address}, number {number}, code {code}")


def told_of(case: Case, now: Progress, found: Sequence[Step]) -> Story:
    """Return a case as its papers and letters tell it, after these of its steps."""
    steps, known = tuple(found), catalogue.law().services.get(case.service)
    accepted = next((step.on for step in reversed(steps) if "law" in step.data), clock.today())
    version = known.version_on(accepted) if known else None
    return Story(
        service=known.name if known else Text(case.service, case.service), channel=CHANNELS[Channel(case.channel)],
        follow=follow_words(case.number, selectors.code_of(case)),
        steps=steps, now=now, basis=tuple(clause.text for clause in version.basis) if version else (),
        remedies=rules.remedy_organs(), reasons=rules.reasons(), named=rules.paper_name,
        reconsider_by=rules.reconsider_by,
    )  # fmt: skip


def named(person_id: int) -> tuple[int, str]:
    """Return who a person is now, and the name for a paper. Raises StepRefused where the reader does not see it."""
    person = merges.current(person_id)
    name = people.names_of([person]).get(person)
    if not name:
        # Addressed to a number it would be nobody's: somebody who sees the person takes the step.
        raise StepRefused("name", NAMELESS, remedy=WHO_SEES)
    return person, name


def _issue(case: Case, kind: str, step: str, content: story.Content, by: Actor) -> None:
    person, name = named(case.person_id)
    bureau = catalogue.bureaus_of_services().get(case.service, "")
    organ = org.bureau_names(clock.today()).get(bureau)
    try:
        papers.issue_paper(
            kind=kind, matter=Matter(SUBJECT, case.pk, step), organ=Text(*organ) if organ else COUNTY, by=by,
            to=Addressee(person, name, case.territory, case.domain, case.desks), content=content,
        )  # fmt: skip
    except PaperIncomplete as error:
        # Without its paper the step would have no effect in law: it is not taken either.
        raise StepRefused(
            "paper", Text(f"文书写不成：{error.fact.zh}", f"its paper cannot be written: {error.fact.en}"),
            remedy=Text(f"请补全 {error.place}", f"complete {error.place}"),
        ) from error  # fmt: skip
