"""The map changes: planned from a file, carried out on its day, and everybody placed anew in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from tongdeng.access import actions as access
from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.intake.divisions.reading import read_changes
from tongdeng.intake.models import Move
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org import actions as org_actions
from tongdeng.org import selectors as org
from tongdeng.org.exports import ChangesFaulty, changes
from tongdeng.org.types import ChangeKind, county_of
from tongdeng.people import actions as people
from tongdeng.people import selectors as registry
from tongdeng.work import actions as work

RENAMING = (ChangeKind.RENAME.value, ChangeKind.ESTABLISH.value)


def judge_changes(*, file: Path | bytes, name: str, by: Actor) -> list[changes.Planned]:
    """Return the changes a file asks for, spelled out. Raises ChangesFaulty with every fault; nothing is written."""
    today = clock.today()
    with acting(by):
        lines, faults = read_changes(file, county=org.county(today).code, today=today, name=name)
        plan = changes.plan(lines, org.planned_map, org.codes_ever_used(), org.newest_change()) if not faults else None
        found = sorted([*faults, *(plan.faults if plan else ())], key=lambda one: one.row)
        audit.record("intake.division_file.judged", by=by, detail={"rows": len(lines), "faults": len(found)})
    if found or plan is None:
        raise ChangesFaulty(found, name)
    return plan.changes


def plan_changes(*, lines: Sequence[changes.Planned], by: Actor) -> int:
    """Keep changes that were judged sound, to be carried out on their days; returns the number of the plan."""
    plan = org_actions.plan_changes(changes=lines, by=by)
    audit.record("intake.divisions.planned", by=by, detail={"plan": plan, "changes": len(lines)})
    return plan


def withdraw_plan(*, plan: int, by: Actor) -> int:
    """Take back a plan before its day. Raises UnusableInput where nothing of it is left to take back."""
    count = org_actions.withdraw_changes(plan=plan, by=by)
    if not count:
        raise UnusableInput(
            "org.plan.not_waiting",
            Text(f"第 {plan} 号计划没有等待执行的变更", f"plan {plan} has no change that still waits"),
            place=str(plan),
            remedy=Text("已执行的变更要用新的文件改回", "what was carried out is undone by a file of its own"),
        )
    audit.record("intake.divisions.withdrawn", by=by, detail={"plan": plan, "changes": count})
    return count


def carry_out_due(*, on: date, by: Actor) -> dict[str, int]:
    """Carry out every change whose day has come, all or nothing: the map, the posts, the people and all about them."""
    with acting(by):
        org.hold_map(to_change=True)
        done = org_actions.carry_out_changes(on=on, by=by)
        if not done:
            return {"changes": 0, "people": 0, "rows": 0}
        counts = _place_everybody(done, on, by)
        audit.record("intake.divisions.carried_out", by=by, detail={"changes": len(done), **counts})
        work.ask_for_job("tongdeng.insight.tasks.refresh_everyone", lock="everyone")
    return {"changes": len(done), **counts}


def _place_everybody(done: Sequence[int], on: date, by: Actor) -> dict[str, int]:
    rows = [row for row in org.Change.objects.filter(pk__in=done) if row.kind not in RENAMING and row.code_before]
    codes = {str(row.code_before) for row in rows}
    persons = registry.persons_at(codes)
    before = registry.territories(persons)
    people.rebuild(persons=persons, on=on, by=by)
    after = registry.territories(persons)
    moved = {person: (before[person], after[person]) for person in persons if before[person] != after[person]}
    known, there = org.successors(on), org.places(on)
    people.place_dwellings(codes=codes, successors=known, by=by)
    # What no person's address decides goes with the rest; what lay with a town that has gone, with the county.
    ended = {code: known.current(code) for code in codes if code not in there}
    rest = {code: now if now in there else county_of(code) for code, now in ended.items()}
    counts = access.follow_divisions(moved=moved, codes=rest, by=by)
    _follow_moves(moved, rest)
    return {"people": len(moved), "rows": sum(counts.values())}


def _follow_moves(moved: Mapping[int, tuple[str, str]], rest: Mapping[str, str]) -> None:
    """Let open requests name the place that somebody would leave by its code of today."""
    for move in Move.objects.filter(state__in=("asked", "disputed"), from_place__in=rest):
        before, now = moved.get(move.subject_id, ("", ""))
        move.from_place = now if before == move.from_place else rest[move.from_place]
        move.save(update_fields=["from_place"])
