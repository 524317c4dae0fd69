"""Packages: begun with all their cases or not at all, sent at once with one receipt, withdrawn, rated once."""

from collections.abc import Collection, Mapping

from django.db import transaction

from tongdeng.access import selectors as access
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.desk import joints, packages, rules, selectors, together
from tongdeng.desk.actions.following_up import open_follow_up
from tongdeng.desk.actions.opening import NO_KEY, TRIES, asked_by, start_case, version_of
from tongdeng.desk.actions.receipts import issue_receipt
from tongdeng.desk.actions.stepping import UNKNOWN, take_step
from tongdeng.desk.errors import CaseRefused, StepRefused
from tongdeng.desk.lifecycle import BY_ACT
from tongdeng.desk.models import Joint
from tongdeng.desk.numbers import code_hash, new_code, new_number
from tongdeng.desk.packages import Package
from tongdeng.desk.types import Act, Given, Held, NewCase, NewJoint, Opened, State
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.people import selectors as people
from tongdeng.people.exports import merges, records

STARS = range(1, 6)
MOST_WORDS = 1000


@transaction.atomic
def start_package(
    *, new: NewJoint, token: str, by: Actor, known: Collection[str] = (), noted: Mapping[str, Held] | None = None,
    is_sent: bool = False,
) -> Opened:  # fmt: skip
    """Begin a package with a case for each chosen service: all of them or none; the same token makes them once.

    `known`: papers that a department holds; `noted`: how it stands with the others. `is_sent`: with or without them,
    since a paper that is missing for one case hinders no other.
    """
    package = _package(new, token)
    for _ in range(TRIES):
        opened = _once(new, package, token, by)
        if opened.id:
            break
    else:
        raise CaseRefused("number", Text("没有取到办件编号，请再试一次", "no number was found, try again"))
    if not opened.is_new:
        return opened
    for service in new.services:
        _add(opened.id, new, service, token, frozenset(known), noted or {}, by)
    audit.record(
        "desk.package.started", by=by, subjects=[new.person_id],
        detail={"package": opened.id, "name": new.package, "cases": len(new.services), "channel": new.channel.value},
    )  # fmt: skip
    if is_sent:
        send_package(joint_id=opened.id, by=by)
    return opened


def _package(new: NewJoint, token: str) -> Package:
    """Return the package asked for. Raises CaseRefused where it cannot be asked for like this."""
    package = packages.find_package(new.package)
    if package is None:
        raise CaseRefused("package", Text("没有这个一件事套餐", "there is no such package"))
    if not token:
        raise CaseRefused("token", NO_KEY)
    if not new.services:
        raise CaseRefused("nothing", Text("请至少选一项", "choose at least one service"))
    if stray := sorted(set(new.services) - {one.service for one in package.members}):
        raise CaseRefused("package", Text(f"套餐里没有 {stray[0]}", f"{stray[0]} is not part of this package"))
    return package


def _once(new: NewJoint, package: Package, token: str, by: Actor) -> Opened:
    """Insert the package unless its request came before; whoever comes second waits here and then finds the first."""
    asker = asked_by(new.asker_id, by)
    person, number, code = merges.current(new.person_id), new_number(clock.today()), new_code()
    place = people.territories([person]).get(person)
    if place is None:
        raise CaseRefused("person", Text("没有这个人，或者不在本岗位的辖区", "no such person within this post's reach"))
    domain = min(access.service_domain(service) for service in new.services)
    joint = Joint(
        number=number, code_hash=code_hash(number, code), code_sealed=records.seal_text(code, domain), person_id=person,
        asker_id=new.asker_id, territory=place, domain=domain,
        desks=sorted({desk for service in new.services for desk in rules.desks_of(service)}), package=package.name,
        order=[[service, list(before)] for service, before in package.order(new.services).items()],
        term=[list(package.promised)] if package.promised else [],
        channel=new.channel.value, asked_by=asker, token=token, opened_at=clock.now(),
    )  # fmt: skip
    Joint.objects.bulk_create([joint], ignore_conflicts=True)
    made = Joint.objects.filter(asked_by=asker, token=token).first()
    if made is None:
        return Opened(0, "", "", False)
    if made.number != number:
        if (merges.current(made.person_id), made.package) != (person, package.name):
            raise CaseRefused("token", Text("这个请求编号用过了，请重新打开页面", "this key was used for another case"))
        return Opened(made.pk, made.number, joints.code_of(made), False)
    return Opened(made.pk, number, code, True)


def _add(
    joint_id: int, new: NewJoint, service: str, token: str, known: frozenset[str], noted: Mapping[str, Held], by: Actor
) -> None:
    """Begin one case of a package, with what is said of its own papers."""
    version = version_of(service)
    case = start_case(
        new=NewCase(
            new.person_id, service, rules.kind_of(version), new.channel, new.asker_id, joint_id, new.package
        ),
        token=f"{token}-{service}", known=known, by=by,
    )  # fmt: skip
    said = dict.fromkeys(version.materials, Held.MISSING) | dict.fromkeys(known, Held.KNOWN)
    own = {paper: how for paper, how in noted.items() if paper in version.materials and how is not said[paper]}
    if own:
        take_step(case_id=case.id, act=Act.NOTE_MATERIALS, seen=1, given=Given(materials=own), by=by)


@transaction.atomic
def send_package(*, joint_id: int, by: Actor) -> int:
    """Submit every case of a package that waits for no other, with one receipt, and return how many.

    Sent a second time it changes nothing. What is missing is asked for by whoever decides, once, case by case.
    """
    joint = _locked(joint_id)
    if joint.sent_on is not None:
        return 0
    cases = {case.service: case for case in selectors.parts_of(joint_id)}
    states = {service: State(case.state) for service, case in cases.items()}
    ready = together.may_begin(joints.order_of(joint), states)
    if not ready:
        raise StepRefused("nothing", Text("没有要交的", "there is nothing to send"))
    for service in ready:
        take_step(case_id=cases[service].pk, act=Act.SUBMIT, seen=cases[service].version, with_others=True, by=by)
    joint.sent_on = clock.today()
    joint.save(update_fields=["sent_on"])
    issue_receipt(joint=joint, by=by)
    audit.record(
        "desk.package.sent", by=by, subjects=[joint.person_id], detail={"package": joint_id, "cases": len(ready)}
    )
    return len(ready)


@transaction.atomic
def withdraw_package(*, joint_id: int, words: str, by: Actor) -> int:
    """Withdraw whatever of a package is not decided yet, and return how many cases. Each may be asked for again."""
    joint = _locked(joint_id)
    undecided = [
        case for case in selectors.parts_of(joint_id) if State(case.state) in BY_ACT[Act.WITHDRAW].before
    ]  # fmt: skip
    if not undecided:
        raise StepRefused("nothing", Text("没有可以撤回的", "there is nothing left to withdraw"))
    for case in undecided:
        given = Given(words=words)
        take_step(case_id=case.pk, act=Act.WITHDRAW, seen=case.version, given=given, by=by)
    audit.record(
        "desk.package.withdrawn",
        by=by,
        subjects=[joint.person_id],
        detail={"package": joint_id, "cases": len(undecided)},
    )
    return len(undecided)


@transaction.atomic
def rate_package(*, joint_id: int, stars: int, words: str, by: Actor) -> None:
    """Rate a package that is done, once. The same form sent again changes nothing."""
    joint = _locked(joint_id)
    if joint.stars:
        return
    if stars not in STARS:
        raise StepRefused("stars", Text("请选一个满意程度", "choose one of the five"))
    if not joints.standing_of(joint).may_rate:
        raise StepRefused("rate", Text("还没有全部办完", "it is not all done yet"))
    said = words.strip()[:MOST_WORDS]
    joint.stars, joint.rated_on = stars, clock.today()
    joint.words_sealed = records.seal_text(said, joint.domain) if said else None
    joint.save(update_fields=["stars", "rated_on", "words_sealed"])
    audit.record("desk.package.rated", by=by, subjects=[joint.person_id], detail={"package": joint_id, "stars": stars})
    open_follow_up(rated=joint, stars=stars, by=by)


def _locked(joint_id: int) -> Joint:
    joint = joints.lock_joint(joint_id)
    if joint is None:
        raise StepRefused("unknown", UNKNOWN)
    return joint
