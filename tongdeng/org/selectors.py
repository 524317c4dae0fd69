"""Reads of the map, the bureaus and the posts."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.db import connection
from django.db.models import Q, QuerySet

from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org.changes import Map, Planned, advance
from tongdeng.org.models import BureauName, Change, Division, Post, Staff
from tongdeng.org.types import ChangeKind, Level, Place, Successors, successors_of

__all__ = ["Change", "Post", "Staff", "bureau_names", "community_codes", "county", "places", "places_below"]


# Every page asks it. Of several changes to come the first one tells what a place is called until then.
PLACES = """
SELECT d.code, coalesce(c.former_zh, d.name_zh), coalesce(nullif(c.former_en, ''), d.name_en), d.level, d.parent_id
FROM org_division d LEFT JOIN (
    SELECT DISTINCT ON (code_after) code_after, former_zh, former_en FROM org_change
    WHERE state = 'applied' AND starts_on > %(day)s AND former_zh <> '' AND name_zh <> ''
    ORDER BY code_after, starts_on, id
) c ON c.code_after = d.code
WHERE d.valid_from <= %(day)s AND (d.valid_to IS NULL OR d.valid_to > %(day)s) ORDER BY d.code"""


def places(day: date) -> dict[str, Place]:
    """Return every division of the county on a day, by code, in code order, under the names of that day."""
    with connection.cursor() as cursor:
        cursor.execute(PLACES, {"day": day})
        return {code: Place(code, zh, en, Level(level), parent) for code, zh, en, level, parent in cursor.fetchall()}


def named_places(day: date) -> dict[str, Place]:
    """Return every division there ever was, with the names of a day: for figures that tell of several maps."""
    others = Division.objects.order_by("code").values_list("code", "name_zh", "name_en", "level", "parent_id")
    return {code: Place(code, zh, en, Level(level), up) for code, zh, en, level, up in others} | places(day)


def places_below(code: str, day: date) -> list[Place]:
    """Return the divisions directly below one."""
    return [place for place in places(day).values() if place.parent == code]


def county(day: date) -> Place:
    """Return the county of this installation; before its own first day, as it was then."""
    there = next((place for place in places(day).values() if place.level is Level.COUNTY), None)
    if there is not None:
        return there
    first = Division.objects.filter(level=Level.COUNTY.value).order_by("valid_from").first()
    if first is None:
        raise UnusableInput(
            "org.no_county", Text("还没有登记县的区划", "no county is registered yet"),
            remedy=Text("运行 tongdeng doctor", "run `tongdeng doctor`"),
        )  # fmt: skip
    return Place(first.code, first.name_zh, first.name_en, Level.COUNTY, None)


def community_codes(day: date) -> frozenset[str]:
    """Return the codes a roll may name."""
    return frozenset(place.code for place in places(day).values() if place.level is Level.COMMUNITY)


@lru_cache(maxsize=8)
def bureau_names(day: date) -> dict[str, tuple[str, str]]:
    """Return each bureau's name on a day, Chinese and English, by code."""
    rows = BureauName.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gt=day)
    )
    # What the county itself calls a bureau comes last and stands.
    return {row.bureau_id: (row.name_zh, row.name_en) for row in rows.order_by("is_own", "id")}


def law_bureaus(day: date) -> dict[str, tuple[str, str]]:
    """Return each bureau of the law folder with its name on a day, whatever the county calls it."""
    rows = BureauName.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gt=day), is_own=False
    )
    return {row.bureau_id: (row.name_zh, row.name_en) for row in rows.order_by("id")}


def is_demo() -> bool:
    """Tell whether this database was marked as a demo when it was made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT is_demo FROM access_installation WHERE id = 1")
        row = cursor.fetchone()
    return bool(row and row[0])


def has_staff() -> bool:
    """Tell whether anybody can sign in."""
    return Staff.objects.exists()


# ---- changes of the map ----


def changes() -> list[Change]:
    """Return every change ever planned, the newest day first and in the order of its file."""
    return list(Change.objects.order_by("-starts_on", "-plan", "id"))


def has_due_changes(day: date) -> bool:
    """Tell whether a planned change's day has come."""
    return Change.objects.filter(state="planned", starts_on__lte=day).exists()


def successors(day: date) -> Successors:
    """Return what became of each code by a day, as far as it was carried out."""
    rows = Change.objects.filter(state="applied", starts_on__lte=day, code_before__isnull=False).order_by("id")
    return successors_of((row.starts_on, str(row.code_before), row.code_after, tuple(row.words)) for row in rows)


def ended_codes(day: date) -> dict[str, tuple[str, ...]]:
    """Return each community or town that ended by a day, with those of that day that took over."""
    known = successors(day)
    ended = Division.objects.filter(valid_to__lte=day).values_list("code", flat=True)
    return {code: tuple(c for c in known.followers(code) if c != code) for code in ended}


def planned_map(day: date) -> Map:
    """Return the map of a day as it will be once every planned change until then is carried out."""
    known: Map = places(day)
    waiting = Change.objects.filter(state="planned", starts_on__lte=day).order_by("starts_on", "id")
    lines: dict[date, list[Planned]] = {}
    for row in waiting:
        lines.setdefault(row.starts_on, []).append(planned(row))
    for one in lines.values():
        known = advance(known, one)
    return known


def planned(row: Change) -> Planned:
    """Return a kept change as the file spelled it."""
    return Planned(
        row=0, starts_on=row.starts_on, kind=ChangeKind(row.kind), before=row.code_before, after=row.code_after,
        name_zh=row.name_zh, name_en=row.name_en, words=tuple(row.words), note=row.note, former_zh=row.former_zh,
        former_en=row.former_en,
    )  # fmt: skip


def newest_change() -> date | None:
    """Return the day of the latest change that is planned or carried out."""
    live = Change.objects.exclude(state="withdrawn").order_by("-starts_on")
    return live.values_list("starts_on", flat=True).first()


def codes_ever_used() -> set[str]:
    """Return the code of every division there was, is, or is planned."""
    used = set(Division.objects.values_list("code", flat=True))
    return used | set(
        Change.objects.filter(state="planned", code_after__isnull=False).values_list("code_after", flat=True)
    )


def posts_at(code: str) -> tuple[int, int]:
    """Return how many posts serve exactly this division, and how many members of staff hold them."""
    held = Staff.objects.filter(post__lo=code, is_active=True)
    return Post.objects.filter(lo=code).count(), held.count()


def hold_map(*, to_change: bool = False) -> None:
    """Keep the map as it is until this transaction ends; with `to_change`, once everybody who keeps it has let go.

    Whoever places people by their communities keeps it: an import that read the former map must not end after it.
    """
    shared = "" if to_change else "_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{shared}(hashtext('org.map'))")


def staff_in(post_id: int | None) -> frozenset[int]:
    """Return the members of staff who hold a post; nobody holds None."""
    return frozenset(Staff.objects.filter(post_id=post_id).values_list("pk", flat=True)) if post_id else frozenset()


def post_reach(post_id: int) -> tuple[str, str] | None:
    """Return the kind of a post and where its territory begins; None where there is no such post."""
    return Post.objects.filter(pk=post_id).values_list("kind", "lo").first()


def colleagues(post_id: int) -> dict[int, str]:
    """Return the members of staff in the same kind of post at the same place, with this one, by name."""
    post = Post.objects.filter(pk=post_id).first()
    if post is None:
        return {}
    found = Staff.objects.filter(post__kind=post.kind, post__lo=post.lo, is_active=True).order_by("name", "pk")
    return dict(found.values_list("pk", "name"))


def posts_serving(territory: str, kinds: Iterable[str], on: date) -> dict[int, str]:
    """Return the posts of these kinds that serve a place and are held, each with its holder and title, by name."""
    found = _held_posts(on).filter(post__kind__in=list(kinds), post__lo__lte=territory, post__hi__gt=territory)
    return {one.post_id or 0: _named(one) for one in found}


def posts_within(lo: str, hi: str, kinds: Iterable[str], on: date) -> dict[int, str]:
    """Return the held posts of these kinds whose place lies in [lo, hi), each with its holder and title, by name."""
    found = _held_posts(on).filter(post__kind__in=list(kinds), post__lo__gte=lo, post__hi__lte=hi)
    return {one.post_id or 0: _named(one) for one in found}


def names_of_posts(posts: Iterable[int]) -> dict[int, str]:
    """Return who is in these posts, with their titles."""
    found = Staff.objects.filter(post_id__in=list(posts)).select_related("post")
    return {one.post_id or 0: _named(one) for one in found}


def _held_posts(on: date) -> QuerySet[Staff]:
    held = Staff.objects.filter(Q(post__until=None) | Q(post__until__gte=on), post__isnull=False, is_active=True)
    return held.select_related("post").order_by("name", "pk")


def _named(one: Staff) -> str:
    return f"{one.name}（{one.post.title_zh}）" if one.post else one.name


def staff_names(staff: Iterable[int]) -> dict[int, str]:
    """Return the names of these members of staff."""
    return dict(Staff.objects.filter(pk__in=list(staff)).values_list("pk", "name"))
