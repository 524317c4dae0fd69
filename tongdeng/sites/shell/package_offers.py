"""What of a package somebody is owed or may be owed, each with its reason; and why the rest is not asked for here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from tongdeng.access import selectors as access
from tongdeng.catalogue import selectors as catalogue
from tongdeng.desk import selectors as desk
from tongdeng.desk.exports import held, joints, packages, rules
from tongdeng.desk.types import Held
from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.org import selectors as org
from tongdeng.owed import selectors as owed
from tongdeng.owed.types import Status
from tongdeng.people import selectors as registry
from tongdeng.people.exports import profiles
from tongdeng.rules.model import Version
from tongdeng.rules.packages import Member, Package

FEWEST = 2  # services, or a package helps nobody
SEALED = Text(
    "不用申请：社区卫生服务中心的护士会主动找您办", "No need to apply: the nurse of the health centre will offer it"
)
ELSEWHERE = Text("不由这里收件", "not taken in here")
SETTLED = {
    Status.SERVED: ("served", Text("已经有了", "You have it already")),
    Status.DECLINED: (
        "declined",
        Text("您说过不要。想要，随时可以单独申请", "You declined it. You may apply at any time"),
    ),
    Status.NOT_DUE: ("not_due", Text("还没到时间", "Not due yet")),
}
JUDGED = Text("要由部门核对", "the department has to check")


@dataclass(frozen=True)
class Offered:
    """A service that is proposed. `is_likely`: nothing has to be found out first."""

    code: str
    name: Text
    mark: str
    why: Text
    version: Version
    is_likely: bool
    order: Text = NOTHING  # what it waits for, and why


@dataclass(frozen=True)
class Aside:
    """A service of the package that is not asked for here and now, and why not."""

    name: Text
    mark: str
    why: Text
    case: int | None = None  # that is being worked on


@dataclass(frozen=True)
class Asked:
    """One paper, asked for once, and the services for which it is."""

    code: str
    name: Text
    held: Held
    note: Text
    uses: Text


def offers(package: Package, person_id: int, domains: str, today: date) -> tuple[list[Offered], list[Aside]]:
    """Return the services of a package that somebody may ask for now, and the others: none is dropped in silence."""
    known, begun = owed.known_now(person_id, domains), desk.open_services_of(person_id)
    facts = known.on([today])[today]
    standings: dict[str, owed.Standing] = {}
    for one in owed.standings(person_id, known.law, facts, domains, today):
        if one.code not in standings or one.status is Status.OWED:
            standings[one.code] = one
    proposed: list[Offered] = []
    others: list[Aside] = []
    for member in package.members:
        judged = _judged(member, standings.get(member.service), begun, today)
        if isinstance(judged, Offered):
            proposed.append(judged)
        elif judged is not None:
            others.append(judged)
    # What somebody has already, or cannot ask for, is waited for by nothing.
    codes = {one.code for one in proposed}
    after = {member.service: (member, codes.intersection(member.after)) for member in package.members}
    return [replace(one, order=_order(*after[one.code])) for one in proposed], others


def _order(member: Member, before: Collection[str]) -> Text:
    """Return what a service waits for among those that are proposed, and why."""
    if not before:
        return NOTHING
    names = Text.listed(owed.service_name(one) for one in member.after if one in before)
    return Text(f"在{names.zh}之后开始：{member.why.zh}", f"begins after {names.en}: {member.why.en}")


def _judged(
    member: Member, standing: owed.Standing | None, begun: Mapping[str, int], today: date
) -> Offered | Aside | None:
    code, name = member.service, owed.service_name(member.service)
    if catalogue.is_sealed(code):
        return Aside(name, "offered", SEALED)
    if code in begun:
        return Aside(name, "doing", Text("正在办", "Under way"), begun[code])
    if standing is None:
        return Aside(name, "lock", ELSEWHERE) if code in catalogue.law().services else None
    if standing.status in SETTLED:
        return Aside(name, *SETTLED[standing.status])
    if standing.status is Status.NOT_ENTITLED:
        unmet = Text.listed(one.label for one in standing.explanation.unmet)
        return Aside(name, "not_entitled", Text(f"现在还不符合：{unmet.zh}", f"Not met yet: {unmet.en}"))
    return _offered(code, standing, name, today)


def _offered(code: str, standing: owed.Standing, name: Text, today: date) -> Offered:
    version = standing.explanation.version
    mark, why = "available", version.occasion or NOTHING
    if standing.status is Status.OWED and standing.window:
        mark, why = "owed", owed.why_now(code, standing.window.opens_on, standing.window.due_on)
    elif standing.status is not Status.AVAILABLE:
        names = ";".join(one.condition.name for one in standing.explanation.unknown)
        missing = owed.what_is_missing(code, names, today)
        mark, why = "unknown", Text(f"还不知道：{missing.zh}", f"not known: {missing.en}") if missing.zh else JUDGED
    return Offered(code, name, mark, why, version, mark != "unknown")


def papers(offered: Collection[Offered], profile: profiles.PersonProfile) -> list[Asked]:
    """Return the papers for these services, each once, with what a department holds already."""
    found = held.papers_held(profile)
    uses: dict[str, list[Text]] = {}
    for one in offered:
        for code in one.version.materials:
            uses.setdefault(code, []).append(one.name)
    return [
        Asked(
            code, rules.paper_name(code), Held.KNOWN if code in found else Held.MISSING,
            source_note(found[code]) if code in found else NOTHING, Text.listed(names),
        )
        for code, names in uses.items()
    ]  # fmt: skip


def source_note(source: str) -> Text:
    """Return that a department holds a paper, and which."""
    name = registry.source_short(source)
    return Text(f"{name.zh}已有，不用交", f"held by {name.en}: not asked for")


def worth_proposing(codes: Collection[str], person_id: int) -> list[Package]:
    """Return the packages with at least two of these services that somebody has not begun."""
    found = [
        package for package in packages.in_force()
        if sum(one.service in codes for one in package.members) >= FEWEST
    ]  # fmt: skip
    begun = joints.open_packages_of(person_id) if found else {}
    return [package for package in found if package.name not in begun]


def reachable(package: Package, domains: str) -> bool:
    """Tell whether a reader may take in anything of a package."""
    return any(access.service_domain(one.service) in domains for one in package.members)


def department(service: str, today: date) -> Text:
    """Return the bureau in charge of a service."""
    named = org.bureau_names(today).get(catalogue.bureaus_of_services().get(service, ""))
    return Text(*named) if named else NOTHING
