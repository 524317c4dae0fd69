"""The frame of a console page: which place, which menu, who is reading."""

from collections.abc import Mapping

from django.http import HttpRequest

from tongdeng.access import selectors as access
from tongdeng.audit.types import Actor
from tongdeng.catalogue import selectors as catalogue
from tongdeng.delivery.exports import callbacks
from tongdeng.intake import selectors as intake
from tongdeng.intake.exports import moves, review
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.org.types import Place, PostKind, town_of
from tongdeng.owed import selectors as owed
from tongdeng.rules.model import Service, Version
from tongdeng.sites.shell.frame import Frame, Imprint, Link, MenuItem, PlaceNode, Toast
from tongdeng.sites.shell.templatetags.shell import language

WORK = Text("服务流动人口", "Services for new residents")
HOME = ("/", Text("首页", "Home"))
PEOPLE = ("/people/", Text("人员", "People"))
OWED = ("/owed/", Text("应享清单", "Owed list"))
REVIEW = ("/review/", Text("核对", "Review"))
MEASURES = ("/measures/", Text("指标", "Measures"))
LAW = ("/law/", Text("事项与法规", "Services and law"))
ROLLS = ("/rolls/", Text("名册导入", "Rolls"))
QUALITY = ("/quality/", Text("资料质量", "Data quality"))
DIVISIONS = ("/divisions/", Text("区划变更", "Divisions"))
HOMES = ("/dwellings/", Text("出租房屋", "Rented homes"))
REGISTER = ("/register/", Text("登记", "Register"))
MOVES = ("/moves/", Text("迁移", "Moves"))
DEPARTURES = ("/departures/", Text("未注销", "Not signed off"))
CALLBACKS = ("/callbacks/", Text("回访", "Call-backs"))
PROPOSALS = ("/proposals/", Text("免申即享", "Proposals"))
LINKS = ("/links/", Text("提交链接", "Submission links"))
KEEP_PLACE = (HOME, PEOPLE, OWED, REVIEW, MEASURES, QUALITY, HOMES, MOVES, DEPARTURES, CALLBACKS, PROPOSALS)
REGISTERS = frozenset({PostKind.TOWN, PostKind.WORKER, PostKind.CLERK})  # who stands at doors and counters
SEES_MOVES = REGISTERS | {PostKind.OFFICE}
# The police keep a register of tenants of their own and do not look in here: these pages are about safe homes.
SEES_HOMES = frozenset({PostKind.OFFICE, PostKind.TOWN, PostKind.WORKER, PostKind.CLERK, PostKind.HOUSING})


def own_place(request: HttpRequest) -> str:
    """Return the code of the division the reader's post serves."""
    return str(request.user.post.lo)


def chosen_place(request: HttpRequest) -> str:
    """Return the division of `?place=`, or the post's own where it names none the post serves."""
    post, code = request.user.post, request.GET.get("place", "")
    is_ours = len(code) == 12 and code.isdecimal() and code.isascii() and post.lo <= code < post.hi
    return code if is_ours and code in org.places(clock.today()) else str(post.lo)


def build_frame(
    request: HttpRequest, *, place_code: str, current: str, toast: Toast | None = None, purpose: Text = WORK
) -> Frame:
    """Return the frame for a page about a place.

    `place_code` is a division of the post's territory (`chosen_place(request)`), `current` the menu's address of this
    page (`/owed/`), `purpose` what a printed page says it is for. Costs two queries besides the post's own row.
    """
    post, today = request.user.post, clock.today()
    known = org.places(today)
    ours = {code: place for code, place in known.items() if post.lo <= code < post.hi}
    lang = language()
    name = known[place_code].name(lang)
    return Frame(
        place=name,
        path=_path(known, ours, place_code, current, lang),
        tree=_tree(ours, post.lo, place_code, current, lang) if len(ours) > 1 else (),
        menu=_menu(
            PostKind(post.kind),
            place_code,
            current,
            request.actor,
            has_choice=place_code != post.lo,
            sends_rolls=bool(intake.sources_for(post.kind, post.unit.bureau_id)),
            proposes=bool(proposed_to(request)),
            sees_quality=bool(intake.quality_sources(post.kind, post.unit.bureau_id)),
        ),
        user_name=request.user.name,
        post=Text(post.title_zh, post.title_en),
        imprint=Imprint(
            place=name,
            purpose=purpose,
            printed_by=request.user.name,
            printed_at=clock.now().astimezone(clock.CHINA),
            law_version=catalogue.law_mark(today),
        ),
        search=request.GET.get("q", ""),
        toast=toast,
    )


def proposed_to(request: HttpRequest) -> list[tuple[Service, Version]]:
    """Return the services the reader may propose: who stands at a door or counter all, a bureau its own."""
    post = request.user.post
    bureau = None if post.kind in REGISTERS else post.unit.bureau_id or ""
    return owed.proposed_services(clock.today(), access.domains_of(post.kind), bureau)


def place_name(known: Mapping[str, Place], code: str, lang: str) -> str:
    """Return `城关镇 东关社区` for a community, else the division's own name; the code where the map has none."""
    place = known.get(code)
    if place is None:
        return code
    town = known.get(town_of(code))
    return f"{town.name(lang)} {place.name(lang)}" if town and town.code != code else place.name(lang)


def _at(current: str, code: str) -> str:
    return f"{current}?place={code}"


def _path(
    known: Mapping[str, Place], ours: Mapping[str, Place], code: str, current: str, lang: str
) -> tuple[Link, ...]:
    """Return the steps above a place; those above the post's own territory are named and lead nowhere."""
    steps: list[Link] = []
    above = known[code].parent
    while above:
        steps.append(Link(known[above].name(lang), _at(current, above) if above in ours else ""))
        above = known[above].parent
    return tuple(reversed(steps))


def _tree(ours: Mapping[str, Place], top: str, code: str, current: str, lang: str) -> tuple[PlaceNode, ...]:
    below: dict[str | None, list[Place]] = {}
    for place in ours.values():
        below.setdefault(place.parent, []).append(place)

    def node(place: Place) -> PlaceNode:
        children = tuple(node(child) for child in below.get(place.code, ()))
        return PlaceNode(place.name(lang), _at(current, place.code), place.code == code, children)

    return (node(ours[top]),) if top in ours else ()


def _menu(
    kind: PostKind,
    code: str,
    current: str,
    by: Actor,
    *,
    has_choice: bool,
    sends_rolls: bool,
    sees_quality: bool,
    proposes: bool,
) -> tuple[tuple[MenuItem, ...], ...]:
    sees_people = bool(access.domains_of(kind))
    groups = [[HOME, PEOPLE, OWED] if sees_people else [HOME], [MEASURES, LAW], [ROLLS] if sends_rolls else []]
    groups[2] += [QUALITY] if sees_quality else []
    groups[2] += [DIVISIONS] if kind is PostKind.OFFICE else []
    groups[0] += [REVIEW] if review.can_review(kind) else []
    groups[0] += [HOMES] if kind in SEES_HOMES else []
    groups[0] += [REGISTER] if kind in REGISTERS else []
    groups[0] += [MOVES, DEPARTURES] if kind in SEES_MOVES else []
    groups[0] += [CALLBACKS] if kind in SEES_MOVES else []
    groups[0] += [PROPOSALS] if proposes else []
    groups[2] += [LINKS] if intake.link_kinds(kind) else []
    keeps_place = {url for url, _ in KEEP_PLACE} if has_choice else set()

    def item(url: str, text: Text) -> MenuItem:
        count = owed.count_owed(code) if url == OWED[0] else None
        count = review.count_waiting(code, by) if url == REVIEW[0] else count
        count = moves.count_questions(code) if url == MOVES[0] else count
        count = callbacks.count_waiting(code, by.staff_id) if url == CALLBACKS[0] and kind in REGISTERS else count
        return MenuItem(text, _at(url, code) if url in keeps_place else url, count, url == current)

    return tuple(tuple(item(url, text) for url, text in group) for group in groups if group)
