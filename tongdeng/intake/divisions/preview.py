"""What a change of the map would mean, in counts: the people, their open stays, windows and tasks, and the posts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.db import connection

from tongdeng.org import selectors as org
from tongdeng.org.exports import changes
from tongdeng.org.types import ChangeKind, Successors, successors_of, territory_of
from tongdeng.people import selectors as registry

COUNTS = {
    "people": "SELECT count(*) FROM people_person WHERE {here} AND survivor_id IS NULL AND retired_at IS NULL",
    "windows": "SELECT count(*) FROM owed_window WHERE {here} AND status = 'owed'",
    "tasks": "SELECT count(*) FROM work_task WHERE {here} AND closed_at IS NULL",
}
HERE = "territory >= %(lo)s AND territory < %(hi)s"


@dataclass(frozen=True)
class Part:
    """Where some of a division's people go, and how many of those who live there now."""

    code: str
    name_zh: str
    name_en: str
    words: tuple[str, ...]
    stays: int


@dataclass(frozen=True)
class Effect:
    """One division that changes: what lies with it now, and where that goes. `parts` is empty where nobody moves."""

    starts_on: date
    kind: ChangeKind
    before: str | None
    before_zh: str
    before_en: str
    people: int
    stays: int
    windows: int
    tasks: int
    posts: int
    staff: int
    parts: tuple[Part, ...]
    note: str

    def as_json(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return {**asdict(self), "kind": self.kind.value, "starts_on": self.starts_on.isoformat()}


def preview(lines: Sequence[changes.Planned], on: date) -> list[Effect]:
    """Return the effect of each change, by today's register, as far as the reader may see it."""
    going: dict[tuple[date, str | None], list[changes.Planned]] = {}
    for line in lines:
        key = (line.starts_on, line.before or line.after)
        going.setdefault(key, []).append(line)
    told = successors_of((line.starts_on, line.before, line.after, line.words) for line in lines if line.before)
    days = sorted({line.starts_on for line in lines})
    maps = {day: org.planned_map(day) for day in days}
    for day in days:
        for earlier in (one for one in days if one < day):
            maps[day] = changes.advance(maps[day], [line for line in lines if line.starts_on == earlier])
    return [_effect(ways, maps[ways[0].starts_on], told, on) for ways in going.values()]


def _effect(ways: Sequence[changes.Planned], known: changes.Map, told: Successors, on: date) -> Effect:
    first = ways[0]
    code = first.before
    before = known.get(code or "")
    counted = _counts(code) if code else dict.fromkeys((*COUNTS, "posts", "staff"), 0)
    stays = _stays(code, told, on) if code else Counter()
    after = changes.advance(known, ways)
    parts = [
        Part(
            way.after, after[way.after].name_zh, after[way.after].name_en, way.words, stays[way.after]
        )
        for way in ways
        if way.after
    ]  # fmt: skip
    return Effect(
        starts_on=first.starts_on, kind=first.kind, before=code, before_zh=before.name_zh if before else "",
        before_en=before.name_en if before else "", stays=sum(stays.values()), parts=tuple(parts), note=first.note,
        **counted,
    )  # fmt: skip


def _counts(code: str) -> dict[str, int]:
    lo, hi = territory_of(code)
    found = {}
    with connection.cursor() as cursor:
        for name, sql in COUNTS.items():
            cursor.execute(sql.format(here=HERE), {"lo": lo, "hi": hi})
            found[name] = int(cursor.fetchone()[0])
    posts, staff = org.posts_at(code)
    return {**found, "posts": posts, "staff": staff}


def _stays(code: str, told: Successors, on: date) -> Counter[str]:
    """Return how many of those who live in a division now go where; its own code for those of a whole town."""
    homes = registry.homes_in(code, on)
    if code.endswith("000"):
        step = told.steps.get(code, ())
        return Counter({(step[0].rest if step and step[0].rest else code): len(homes)})
    return Counter(told.current(code, address=address) for _, _, address, _ in homes)


def totals(effects: Sequence[Effect]) -> Mapping[str, int]:
    """Return the sums over communities: a town's own line counts the same people once more."""
    own = [one for one in effects if not (one.before or "").endswith("000")]
    names = ("people", "stays", "windows", "tasks")
    found = {name: sum(int(getattr(one, name)) for one in own) for name in names}
    posts = {name: sum(int(getattr(one, name)) for one in effects) for name in ("posts", "staff")}
    return {**found, **posts}
