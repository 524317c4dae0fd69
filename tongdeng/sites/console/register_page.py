"""Fills the form of a household: what was typed, what is known, what is still asked."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from django.http import HttpRequest

from tongdeng.catalogue import selectors as catalogue
from tongdeng.intake import actions as intake
from tongdeng.intake.exports import households
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.org.types import Level
from tongdeng.people.exports import cards
from tongdeng.sites.console import person_words
from tongdeng.sites.console.view_models.register import MemberForm, RegisterPage
from tongdeng.sites.shell.frame import Choice, Fault
from tongdeng.sites.shell.templatetags.shell import day
from tongdeng.sites.shell.typed import whole

MOST_MEMBERS = 20
LONGEST = 200
SEXES = {"female": Text("女", "Female"), "male": Text("男", "Male")}
NOT_NEW = Text("登记册里没有此人，是新来的", "Not in the register: new here")
RESIDENT = Text(
    "户籍在本县，是户籍居民，不用登记。户籍已迁走的，请改户籍地。",
    "A registered resident of this county: nothing to register. If the hukou has moved away, correct it below.",
)
UNCLEAR = Text(
    "登记册里有几个人和这些信息相符，先照登记，由窗口核对。",
    "Several people fit. Register this person now; a clerk will check who it is.",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """The form as it was sent: nothing of it is kept anywhere until it is saved."""

    token: str
    home: households.TypedHome
    members: tuple[households.TypedMember, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A draft as read, with what the register knows of each member who can be looked for."""

    home: households.Read
    members: tuple[households.Read, ...]
    known: tuple[households.Known | None, ...]


def empty(request: HttpRequest) -> Draft:
    """Return an empty form: the worker's own community, today, a rented home, work."""
    own = str(request.user.post.lo)
    community = own if own in org.community_codes(clock.today()) else ""
    home = households.TypedHome(community, "", clock.today().isoformat(), "rented", "work")
    return Draft(secrets.token_hex(16), home, (households.TypedMember(),))


def sent(request: HttpRequest) -> Draft:
    """Read a form as it was sent, cut to what a form of ours can hold."""
    said = request.POST

    def text(name: str) -> str:
        return said.get(name, "").replace("\0", "")[:LONGEST]

    home = households.TypedHome(**{one.name: text(one.name) for one in fields(households.TypedHome)})
    count = min(whole(said.get("members", "")) or 1, MOST_MEMBERS)
    members = tuple(
        households.TypedMember(**{one.name: text(f"m{at}-{one.name}") for one in fields(households.TypedMember)})
        for at in range(count)
    )
    return Draft(text("token")[:64] or secrets.token_hex(16), home, members)


def judge(request: HttpRequest, draft: Draft, only: int | None = None) -> Judged:
    """Read a draft and look for its members in the county: for one of them, or for all."""
    today = clock.today()
    ours = own_communities(request)
    home = households.read_home(draft.home, ours, today)
    read = tuple(households.read_member(one, at, today) for at, one in enumerate(draft.members))
    place = draft.home.community if draft.home.community in ours else ""
    known = tuple(
        intake.look_up(values=one.values, community=place, by=request.actor)
        if households.is_complete(one) and only in (None, at)
        else None
        for at, one in enumerate(read)
    )
    return Judged(home, read, known)


def own_communities(request: HttpRequest) -> frozenset[str]:
    """Return the communities of the reader's post."""
    post = request.user.post
    return frozenset(code for code in org.community_codes(clock.today()) if post.lo <= code < post.hi)


def faults_of(draft: Draft, judged: Judged) -> dict[int, list[Fault]]:
    """Return what keeps the form from being saved, by member; -1 is the home."""
    found = {-1: [Fault(one.field, one.text) for one in judged.home.faults]}
    twice = households.said_twice(judged.members)
    for at, (read, known) in enumerate(zip(judged.members, judged.known, strict=True)):
        faults = [Fault(f"m{at}-{one.field}", one.text) for one in read.faults]
        is_known = known is not None and known.standing in ("here", "elsewhere", "resident")
        if at in twice:
            faults.append(Fault(f"m{at}-number", Text("这个号码前面已经填过。", "This number was typed above.")))
        if not is_known and "name" not in read.values and not faults:
            faults.append(Fault(f"m{at}-name", Text("请写姓名。", "Write the name.")))
        if not is_known and not _is_distinct(read) and not faults:
            text = Text("没有号码时，请写出生日期或电话。", "Without a number, write the birth date or a phone number.")
            faults.append(Fault(f"m{at}-born_on", text))
        if at and "relation" not in read.values and not (known and known.standing == "resident"):
            faults.append(Fault(f"m{at}-relation", Text("请选与户主的关系。", "Choose the relation to the head.")))
        found[at] = faults
    return {at: faults for at, faults in found.items() if faults}


def _is_distinct(read: households.Read) -> bool:
    return any(key in read.values for key in ("id_number", "id_claimed", "born_on", "phone"))


def page(
    request: HttpRequest, draft: Draft, judged: Judged, faults: dict[int, list[Fault]], fresh: int = -1
) -> RegisterPage:
    """Return the whole form."""
    law, today = catalogue.open_law(), clock.today()
    known = org.places(today)
    communities = [known[code] for code in sorted(own_communities(request))]

    def choices(fact: str, chosen: str) -> tuple[Choice, ...]:
        codes = households.codes_of(fact)
        return tuple(Choice(code, person_words.code_text(law, fact, code), code == chosen) for code in codes)

    return RegisterPage(
        token=draft.token, home=draft.home, newest_day=today,
        communities=tuple(
            Choice(one.code, person_words.place_text(known, one.code), one.code == draft.home.community)
            for one in communities if one.level is Level.COMMUNITY
        ),
        lodgings=choices("lodging", draft.home.lodging), reasons=choices("stay_reason", draft.home.reason),
        members=tuple(
            replace(member(draft, judged, at, faults.get(at, ())), is_fresh=at == fresh)
            for at in range(len(draft.members))
        ),
        faults=tuple(faults.get(-1, ())),
    )  # fmt: skip


def member(draft: Draft, judged: Judged, at: int, faults: Sequence[Fault] = ()) -> MemberForm:
    """Return the form of one member: what is known is shown, and only what is missing is asked."""
    typed, read, known = draft.members[at], judged.members[at], judged.known[at]
    form = MemberForm(
        at=at, typed=typed, faults=tuple(faults), warnings=tuple(one.text for one in read.warnings),
        relations=_relations(typed, at), sexes=tuple(Choice(c, t, c == typed.sex) for c, t in SEXES.items()),
        guardians=_guardians(draft, judged, at), asks=("name", "birth", "phone"),
    )  # fmt: skip
    if known is None:
        return replace(form, asks=("name", "phone")) if "id_claimed" not in read.values and typed.number else form
    has_number = "id_number" in read.values
    guardian = ("guardian",) if form.guardians else ()
    if not typed.hukou and has_number:
        form = replace(form, typed=replace(typed, hukou=str(read.values.get("hukou_code", ""))))
    asks = ("name", "phone", "hukou") if has_number else ("name", "birth", "phone", "hukou")
    said: dict[str, tuple[Text, tuple[str, ...]]] = {
        "new": (NOT_NEW, asks + guardian),
        "unclear": (UNCLEAR, asks + guardian),
        "resident": (RESIDENT, ("hukou",)),
        "unplaced": (Text("登记册里有此人，但没有住处", "In the register, but without a home"), asks + guardian),
    }
    if known.standing in said:
        text, asked = said[known.standing]
        return replace(form, standing=known.standing.value, known=text, asks=asked)
    if known.standing == "elsewhere":
        return _elsewhere(form, known, guardian, has_number=has_number)
    return _here(form, known, guardian, has_number=has_number)


def _elsewhere(
    form: MemberForm, known: households.Known, guardian: tuple[str, ...], *, has_number: bool
) -> MemberForm:  # fmt: skip
    place = person_words.place_text(org.places(clock.today()), known.place)
    text = Text(
        f"登记在{place.zh}。保存后请那里确认已搬走，不用重填。",
        f"Registered in {place.en}. Once saved, that community is asked to confirm the move; nothing to type again.",
    )
    facts = ((Text("姓名", "Name"), known.masked_name),)
    kept = ("phone",) if has_number else ("name", "birth", "phone")
    return replace(form, standing="elsewhere", known=text, facts=facts, asks=kept + guardian)


def _here(form: MemberForm, known: households.Known, guardian: tuple[str, ...], *, has_number: bool) -> MemberForm:
    card = cards.card_of(known.person_id, clock.today())
    facts: list[tuple[Text, str | Text]] = []
    if card is not None:
        facts = [(Text("姓名", "Name"), card.name), (Text("电话", "Phone"), card.masked_phone)]
        facts += [(Text("住址", "Address"), card.address)]
        if card.since:
            facts.append((Text("入住", "Since"), day(card.since)))
    kept = () if has_number else ("name", "birth")
    phone = () if card is not None and card.masked_phone and not form.typed.phone else ("phone",)
    text = Text("已登记在本社区，下面这些不用再问", "Registered in this community; what stands here need not be asked")
    shown = tuple((label, value) for label, value in facts if value)
    return replace(form, standing="here", known=text, facts=shown, asks=kept + phone + guardian)


def _relations(typed: households.TypedMember, at: int) -> tuple[Choice, ...]:
    if at == 0:
        return ()
    listed = households.RELATIONS.items()
    return tuple(Choice(code, text, code == typed.relation) for code, text in listed if code != households.SELF)


def _guardians(draft: Draft, judged: Judged, at: int) -> tuple[Choice, ...]:
    if at == 0 or not households.is_child(judged.members[at], clock.today()):
        return ()
    chosen = draft.members[at].guardian or "0"
    found = []
    for other, typed in enumerate(draft.members):
        if other != at:
            head = Text("户主", "the head") if other == 0 else Text(f"第 {other + 1} 人", f"member {other + 1}")
            name = f" {typed.name}" if typed.name else ""
            found.append(Choice(str(other), Text(head.zh + name, head.en + name), str(other) == chosen))
    return tuple(found)
