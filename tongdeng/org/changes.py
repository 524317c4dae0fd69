"""Judges a file of changes against the map of the day and spells out what each division becomes. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tongdeng.org.change_faults import Fault, fault
from tongdeng.org.types import ChangeKind, Level, Place, county_of, level_of, town_of

Map = Mapping[str, Place]
BEFORE, AFTER, NAME, WORDS = "原代码", "新代码", "新名称", "划入地址"
KINDS = {
    "合并": ChangeKind.MERGE, "拆分": ChangeKind.SPLIT, "改隶": ChangeKind.MOVE, "划转": ChangeKind.MOVE,
    "改码": ChangeKind.MOVE, "recode": ChangeKind.MOVE, "更名": ChangeKind.RENAME, "改名": ChangeKind.RENAME,
    "新设": ChangeKind.ESTABLISH, "撤销": ChangeKind.ABOLISH, **{kind.value: kind for kind in ChangeKind},
}  # fmt: skip


@dataclass(frozen=True)
class Planned:
    """One line of a change, as it will be kept. `row` is the file's."""

    row: int
    starts_on: date
    kind: ChangeKind
    before: str | None
    after: str | None
    name_zh: str = ""
    name_en: str = ""
    words: tuple[str, ...] = ()
    note: str = ""
    former_zh: str = ""
    former_en: str = ""


@dataclass
class Plan:
    """What a file asks for, and what is wrong with it."""

    changes: list[Planned]
    faults: list[Fault]


def advance(known: Map, changes: Iterable[Planned]) -> dict[str, Place]:
    """Return the map after the changes of one day."""
    changes, after = list(changes), dict(known)
    going: dict[str, set[str | None]] = defaultdict(set)
    for one in changes:
        if one.before:
            going[one.before].add(one.after)
    for code, ways in going.items():
        if code not in ways:
            after.pop(code, None)
    for one in changes:
        if one.after is None:
            continue
        there, source = after.get(one.after), known.get(one.before or "")
        name_zh = one.name_zh or (there.name_zh if there else source.name_zh if source else one.after)
        name_en = one.name_en or (there.name_en if there else source.name_en if source else name_zh)
        if there is None or one.name_zh:
            level = level_of(one.after)
            after[one.after] = Place(one.after, name_zh, name_en, level, there.parent if there else _parent(one.after))
    return after


def _parent(code: str) -> str:
    return county_of(code) if level_of(code) is Level.TOWN else town_of(code)


def plan(rows: Sequence[Planned], map_on: Callable[[date], Map], ever_used: Iterable[str], newest: date | None) -> Plan:
    """Return every change spelled out, or the faults. `newest` is the day of the latest change known already."""
    made = Plan([], [])
    if not rows:
        made.faults.append(fault(0, "", "file.empty"))
    used = set(ever_used)
    for day in sorted({row.starts_on for row in rows}):
        if newest is not None and newest > day:
            made.faults.append(fault(_first(rows, day).row, "日期", "order.later", newest.isoformat()))
            continue
        known = dict(map_on(day))
        for earlier in sorted({one.starts_on for one in made.changes}):
            known = advance(known, [one for one in made.changes if one.starts_on == earlier])
        judge = _Day(known, used, [row for row in rows if row.starts_on == day])
        made.changes += judge.settle()
        made.faults += judge.faults
        used |= {one.after for one in made.changes if one.after}
    return made


def _first(rows: Sequence[Planned], day: date) -> Planned:
    return next(row for row in rows if row.starts_on == day)


class _Day:
    """The changes of one day against the map of that day."""

    def __init__(self, known: dict[str, Place], used: set[str], rows: list[Planned]) -> None:
        self.known, self.used = known, used
        self.faults: list[Fault] = []
        # A name given in one row of a merge or split is the name in all of them.
        self.names = {row.after: (row.name_zh, row.name_en) for row in rows if row.name_zh}
        self.rows = [row for row in rows if self._is_sound(row)]

    def _blame(self, row: Planned, column: str, code: str, shown: str | None = "") -> bool:
        self.faults.append(fault(row.row, column, code, shown or ""))
        return False

    def _is_sound(self, row: Planned) -> bool:
        """Judge a row by itself: its codes are there, or free, and of one level."""
        if row.kind is not ChangeKind.ESTABLISH:
            if row.before is None:
                return self._blame(row, BEFORE, "code.missing")
            if row.before not in self.known:
                return self._blame(row, BEFORE, "code.not_there", row.before)
            if level_of(row.before) is Level.COUNTY and row.kind is not ChangeKind.RENAME:
                return self._blame(row, BEFORE, "county.fixed")
        if row.words and row.kind is not ChangeKind.SPLIT:
            return self._blame(row, WORDS, "words.unwanted")
        if row.kind in (ChangeKind.RENAME, ChangeKind.ABOLISH):
            return self._ends_or_is_renamed(row)
        if row.after is None:
            return self._blame(row, AFTER, "code.missing")
        if row.before and level_of(row.before) is not level_of(row.after):
            return self._blame(row, AFTER, "code.level", row.after)
        if row.kind is ChangeKind.SPLIT and level_of(row.after) is not Level.COMMUNITY:
            return self._blame(row, BEFORE, "split.town", row.before)
        return self._is_free(row, row.after)

    def _ends_or_is_renamed(self, row: Planned) -> bool:
        code = row.before or ""
        if row.kind is ChangeKind.RENAME:
            return bool(row.name_zh) or self._blame(row, NAME, "name.missing", code)
        if level_of(code) is Level.COMMUNITY:
            return self._blame(row, BEFORE, "abolish.community", code)
        if row.after and (row.after not in self.known or level_of(row.after) is not Level.TOWN):
            return self._blame(row, AFTER, "code.not_there", row.after)
        return True

    def _is_free(self, row: Planned, code: str) -> bool:
        is_new = code not in self.known
        if is_new and code in self.used:
            return self._blame(row, AFTER, "code.used_before", code)
        if is_new and code not in self.names and row.kind is not ChangeKind.MOVE:
            return self._blame(row, NAME, "name.missing", code)
        if not is_new and row.kind in (ChangeKind.MOVE, ChangeKind.ESTABLISH):
            return self._blame(row, AFTER, "code.in_use", code)
        return True

    def settle(self) -> list[Planned]:
        """Return the day's changes with whole towns spelled out, once they hold together."""
        self._judge_together()
        changes = [self._spelled(row) for row in self.rows]
        changes += [line for row in self.rows for line in self._communities_of(row)]
        if not self.faults:
            self._judge_result(changes)
        return changes

    def _spelled(self, row: Planned) -> Planned:
        after = row.before if row.kind is ChangeKind.RENAME else row.after
        there, source = self.known.get(after or ""), self.known.get(row.before or "")
        if there:
            named = replace(row, name_en=row.name_en or row.name_zh) if row.name_zh else row
            return replace(named, after=after, former_zh=there.name_zh, former_en=there.name_en)
        keeps = (source.name_zh, source.name_en) if source and row.kind is ChangeKind.MOVE else ("", "")
        name_zh, name_en = self.names.get(after, keeps)
        return replace(row, after=after, name_zh=name_zh, name_en=name_en or name_zh)

    def _judge_together(self) -> None:
        kinds: dict[str, set[ChangeKind]] = defaultdict(set)
        into: dict[str, set[str]] = defaultdict(set)
        parts: dict[str, list[Planned]] = defaultdict(list)
        for row in self.rows:
            if row.before:
                if kinds[row.before] and not (kinds[row.before] == {ChangeKind.SPLIT} == {row.kind}):
                    self._blame(row, BEFORE, "code.twice", row.before)
                kinds[row.before].add(row.kind)
            if row.kind is ChangeKind.MERGE:
                into[row.after or ""].add(row.before or "")
            if row.kind is ChangeKind.SPLIT:
                parts[row.before or ""].append(row)
            if row.kind is ChangeKind.MOVE and sum(one.after == row.after for one in self.rows) > 1:
                self._blame(row, AFTER, "code.twice", row.after)
        for code, sources in into.items():
            if len(sources | ({code} & self.known.keys())) < 2:
                self._blame(next(r for r in self.rows if r.after == code), AFTER, "merge.single", code)
        for code, rows in parts.items():
            if len({row.after for row in rows}) < 2:
                self._blame(rows[0], AFTER, "split.single", code)
            elif sum(not row.words for row in rows) != 1:
                self._blame(rows[0], WORDS, "split.rest", code)

    def _communities_of(self, row: Planned) -> list[Planned]:
        """Return the moves of a whole town's communities: the last three digits stay, unless a row says otherwise."""
        if row.kind not in (ChangeKind.MOVE, ChangeKind.MERGE) or level_of(row.before or "") is not Level.TOWN:
            return []
        own = {one.before for one in self.rows}
        taken = (self.known.keys() | {one.after for one in self.rows}) - {None}
        lines = []
        for place in self.known.values():
            if place.parent != row.before or place.code in own or row.before == row.after:
                continue
            code = (row.after or "")[:9] + place.code[9:]
            if code in taken or code in self.used:
                self._blame(row, AFTER, "code.clash", code)
            lines.append(
                Planned(
                    row.row, row.starts_on, ChangeKind.MOVE, place.code, code, place.name_zh, place.name_en,
                    note=row.note,
                )
            )  # fmt: skip
        return lines

    def _judge_result(self, changes: list[Planned]) -> None:
        after = advance(self.known, changes)
        rows = {one.after: one for one in changes if one.after}
        lost = [place for place in after.values() if place.parent and place.parent not in after]
        for place in lost:
            if place.code in rows:
                self._blame(rows[place.code], AFTER, "code.no_town", place.code)
        for town in sorted({str(place.parent) for place in lost if place.code not in rows}):
            self._blame(next(one for one in changes if one.before == town), BEFORE, "abolish.not_empty", town)
