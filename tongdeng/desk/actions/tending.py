"""What jobs do for packages: begin what waited, and tell what is new, all of it at once."""

from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.desk import joints, selectors, story, together
from tongdeng.desk.actions.announcing import told_of
from tongdeng.desk.actions.receipts import package_title
from tongdeng.desk.actions.stepping import take_step
from tongdeng.desk.models import Case, Event, Joint
from tongdeng.desk.progress import replay
from tongdeng.desk.types import Act, Role, State
from tongdeng.kernel.errors import Text
from tongdeng.notify import actions as notify
from tongdeng.notify.exports import languages
from tongdeng.notify.types import About, Reader
from tongdeng.people.exports import merges


def begin_waiting(*, joint_id: int, by: Actor) -> int:
    """Submit what waited in a package for cases that are over, and return how many. Done again it does nothing."""
    begun = 0
    with acting(by):
        joint = joints.lock_joint(joint_id)
        if joint is not None and joint.sent_on is not None:
            cases = {case.service: case for case in selectors.parts_of(joint_id)}
            states = {service: State(case.state) for service, case in cases.items()}
            for service in together.may_begin(joints.order_of(joint), states):
                case = cases[service]
                if case.reopens_id is None:  # what is reopened, its department takes in itself
                    take_step(case_id=case.pk, act=Act.SUBMIT, seen=case.version, by=by)
                    begun += 1
        audit.record("desk.package.went_on", by=by, detail={"package": joint_id, "cases": begun})
    return begun


def tell_news(*, joint_id: int, by: Actor) -> int:
    """Write one letter of all that happened to the cases of a package since the last one; return how many steps."""
    with acting(by):
        joint = joints.lock_joint(joint_id)
        news = _news(joint) if joint else []
        if joint is not None and news:
            upto = max(event.pk for event, _ in news)
            lines = [line for _, line in news if line is not None]
            if lines:
                notify.tell(
                    kind="package.news", about=About(joints.SUBJECT, joint.pk, str(upto)), by=by,
                    to=Reader(
                        merges.current(joint.person_id), joint.territory, joints.widest_domain(joint),
                        joints.desks_for_all(joint), told_id=selectors.speaker_of(joint),
                    ),
                    fields={"package": package_title(joint.package), "news": _one(lines)},
                )  # fmt: skip
            joint.told_upto = upto
            joint.save(update_fields=["told_upto"])
        told = sum(line is not None for _, line in news)
        audit.record("desk.package.told", by=by, detail={"package": joint_id, "steps": told})
    return told


def tend_packages(*, by: Actor) -> dict[str, int]:
    """Do all this for every package, whatever became of the jobs that were asked for."""
    with acting(by):
        waiting = Case.objects.filter(parent_id__isnull=False, state=State.DRAFT).values_list("parent_id", flat=True)
        untold = Joint.objects.raw(UNTOLD)
        found = sorted(set(waiting)), [one.pk for one in untold]
    counts = {
        "begun": sum(begin_waiting(joint_id=one, by=by) for one in found[0]),
        "told": sum(tell_news(joint_id=one, by=by) for one in found[1]),
    }
    with acting(by):
        audit.record("desk.packages.tended", by=by, detail=counts)
    return counts


UNTOLD = """
SELECT j.id FROM desk_joint j
 WHERE j.sent_on IS NOT NULL AND EXISTS (
       SELECT FROM desk_case c JOIN desk_event e ON e.case_id = c.id WHERE c.parent_id = j.id AND e.id > j.told_upto)
 ORDER BY j.id"""


def _news(joint: Joint) -> list[tuple[Event, Text | None]]:
    """Return what happened since the last letter, oldest first; without words what no letter tells."""
    # A step that is not committed yet has its number already: read past it, and nobody would ever tell it.
    cases = {case.pk: case for case in selectors.lock_parts(joint.pk)}
    found = Event.objects.filter(case_id__in=list(cases), pk__gt=joint.told_upto).order_by("pk")
    return [(event, _line(cases[event.case_id], event)) for event in found]


def _line(case: Case, event: Event) -> Text | None:
    act = Act(event.act)
    if act not in story.LETTERS or (act is Act.SUBMIT and event.role != Role.JOB):
        return None  # what was sent with the package, its receipt told
    now = replay(one for one in selectors.happened(case.pk) if one.seq <= event.seq)
    told = told_of(case, now, [one for one in selectors.steps_of(case) if one.seq <= event.seq])
    kind, said = story.letter(told)
    return Text(*(languages.worded(kind, said, language)[1] for language in ("zh", "en")))


def _one(lines: list[Text]) -> Text:
    return Text("".join(one.zh for one in lines), " ".join(one.en for one in lines))
