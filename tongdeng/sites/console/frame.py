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
from tongdeng.privacy import selectors as privacy
from tongdeng.rules.model import Service, Version
from tongdeng.sites.shell.frame import COUNTED_TO, Frame, Imprint, Link, MenuItem, PlaceNode, Toast
from tongdeng.sites.shell.templatetags.shell import language
from tongdeng.work import selectors as work

WORK = Text("服务流动人口", "Services for new residents")
HOME = ("/", Text("首页", "Home"))
PEOPLE = ("/people/", Text("人员", "People"))
OWED = ("/owed/", Text("应享清单", "Owed list"))
CASES = ("/cases/", Text("办件", "Cases"))
ORDERS = ("/orders/", Text("督办", "Supervision"))
RATINGS = ("/ratings/", Text("差评", "Ratings"))
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
AUDIT = ("/audit/", Text("操作记录", "Record of acts"))
RIGHTS = ("/rights/", Text("岗位和权限", "Posts and rights"))
SYSTEMS = ("/systems/", Text("系统接入", "Connected systems"))
ACCOUNTS = ("/accounts/", Text("账号管理", "Accounts"))
REQUESTS = ("/requests/", Text("本人的要求", "People's requests"))
PRIVACY = ("/privacy/", Text("个人信息保护", "Data protection"))
BREACHES = ("/breaches/", Text("资料泄露", "Breaches"))
WINDOW = ("/window/", Text("窗口", "Window"))
HALL = ("/hall/", Text("大厅", "Hall"))
APPOINTMENTS = ("/appointments/", Text("预约", "Appointments"))
LINKS = ("/links/", Text("提交链接", "Submission links"))
EMERGENCIES = ("/emergency/", Text("紧急打开", "Emergency"))
EMERGENCY_REVIEW = ("/emergency/review/", Text("紧急核实", "Emergencies to judge"))
EMERGENCY_TASK = "care.emergency"  # what sealed care opens for the second person
# By the name of the page in the matrix of rights: what a post may not open is not in its menu.
MENU = (
    {
        "home": HOME, "window": WINDOW, "appointments": APPOINTMENTS, "hall": HALL, "people": PEOPLE,
        "owed": OWED, "cases": CASES, "orders": ORDERS, "ratings": RATINGS,
        "review": REVIEW, "dwellings": HOMES, "register": REGISTER,
        "moves": MOVES, "departures": DEPARTURES, "callbacks": CALLBACKS, "proposals": PROPOSALS,
        "requests": REQUESTS, "emergency": EMERGENCIES, "emergency_review": EMERGENCY_REVIEW,
    },
    {"measures": MEASURES, "law": LAW},
    {
        "rolls": ROLLS, "quality": QUALITY, "divisions": DIVISIONS, "links": LINKS, "privacy": PRIVACY,
        "breaches": BREACHES, "audit": AUDIT, "rights": RIGHTS, "accounts": ACCOUNTS, "systems": SYSTEMS,
    },
)  # fmt: skip
KEEP_PLACE = (
    HOME, PEOPLE, OWED, CASES, REVIEW, MEASURES, QUALITY, HOMES, MOVES, DEPARTURES, CALLBACKS, PROPOSALS, HALL,
)  # fmt: skip


def own_place(request: HttpRequest) -> str:
    """Return the code of the division the reader's post serves."""
    return str(request.user.post.lo)


def opens(request: HttpRequest, page: str) -> bool:
    """Tell whether the reader's post has any business with a page, by its name in the matrix of rights."""
    return access.may_open(page, request.user.post.kind)


def chosen_place(request: HttpRequest) -> str:
    """Return the division of `?place=`, or the post's own where it names none the post serves."""
    post, code = request.user.post, request.GET.get("place", "")
    is_ours = len(code) == 12 and code.isdecimal() and code.isascii() and post.lo <= code < post.hi
    return code if is_ours and code in org.places(clock.today()) else str(post.lo)


def build_frame(
    request: HttpRequest, *, place_code: str, current: str, toast: Toast | None = None, purpose: Text = WORK,
    known: Mapping[str, Place] | None = None,
) -> Frame:  # fmt: skip
    """Return the frame for a page about a place.

    `place_code` is a division of the post's territory (`chosen_place(request)`), `current` the menu's address of this
    page (`/owed/`), `purpose` what a printed page says it is for. Costs two queries besides the post's own row; one,
    where the `known` places were read before.
    """
    post, today = request.user.post, clock.today()
    known = known or org.places(today)
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
            territory=(str(post.lo), str(post.hi)),
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
        finds_people=opens(request, "people"),
        toast=toast,
    )


def proposed_to(request: HttpRequest) -> list[tuple[Service, Version]]:
    """Return the services the reader may propose: who stands at a door or counter all, a bureau its own."""
    post = request.user.post
    bureau = None if opens(request, "register") else post.unit.bureau_id or ""
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
    territory: tuple[str, str],
    has_choice: bool,
    sends_rolls: bool,
    sees_quality: bool,
    proposes: bool,
) -> tuple[tuple[MenuItem, ...], ...]:
    # Some pages are for whoever a bureau or a service makes them for, beyond the kind of post.
    has_none = {ROLLS: not sends_rolls, QUALITY: not sees_quality, PROPOSALS: not proposes}
    groups = [
        [one for page, one in group.items() if access.may_open(page, kind) and not has_none.get(one)] for group in MENU
    ]
    keeps_place = {url for url, _ in KEEP_PLACE} if has_choice else set()

    calls = access.may_open("callback_answer", kind)

    def item(url: str, text: Text) -> MenuItem:
        count = owed.count_owed(code, COUNTED_TO) if url == OWED[0] else None
        count = review.count_waiting(code, by) if url == REVIEW[0] else count
        count = moves.count_questions(code) if url == MOVES[0] else count
        count = callbacks.count_waiting(code, by.staff_id) if url == CALLBACKS[0] and calls else count
        count = privacy.count_waiting(kind) if url == REQUESTS[0] else count
        # With the county: whoever looks at one town is told all the same.
        count = work.count_open((EMERGENCY_TASK,), *territory) if url == EMERGENCY_REVIEW[0] else count
        return MenuItem(text, _at(url, code) if url in keeps_place else url, count, url == current)

    return tuple(tuple(item(url, text) for url, text in group) for group in groups if group)
