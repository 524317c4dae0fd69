"""`county divisions`: towns and communities that merge, split, move or get other names, on a day."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tongdeng.access.selectors import acting
from tongdeng.access.types import INTAKE
from tongdeng.audit.types import command
from tongdeng.cli import installation
from tongdeng.cli.output import AsJson, Lang, emit, note
from tongdeng.intake import actions
from tongdeng.intake.exports import preview, totals
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org


def divisions(
    file: Annotated[Path | None, typer.Argument(help="CSV or XLSX; without one, what is planned and done.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Say what would happen; change nothing.")] = False,
    withdraw: Annotated[int, typer.Option(help="Take back this plan before its day.")] = 0,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Plan changes of the map; those whose day has come are carried out at once, the others on their day.

    JSON: changes, people, stays, windows, tasks, posts, staff, plan, carried_out, done. On failure `errors` lists
    row, column, code, message and remedy of every fault.
    """
    installation.ensure_installed()
    by = command(INTAKE)
    if withdraw:
        emit({"plan": withdraw, "withdrawn": actions.withdraw_plan(plan=withdraw, by=by)}, as_json)
        return
    if file is None:
        emit(_known(), as_json)
        return
    lines = actions.judge_changes(file=file, name=file.name, by=by)
    with acting(by):
        effects = preview(lines, clock.today())
    told: dict[str, Any] = {**totals(effects), "changes": [one.as_json() for one in effects]}
    plan, done = None, {"changes": 0}
    if not dry_run:
        plan = actions.plan_changes(lines=lines, by=by)
        done = actions.carry_out_due(on=clock.today(), by=by)
        later = len(lines) - done["changes"]
        if later > 0:
            note(
                Text(
                    f"{later} 项到日子自动执行；要收回：tongdeng county divisions --withdraw {plan}",
                    f"{later} will be carried out on their day; take back: tongdeng county divisions --withdraw {plan}",
                ),
                lang,
            )
    emit({**told, "plan": plan, "carried_out": done["changes"], "done": not dry_run}, as_json)


def _known() -> list[dict[str, Any]]:
    return [
        {
            "plan": one.plan, "starts_on": one.starts_on, "kind": one.kind, "before": one.code_before,
            "after": one.code_after, "name_zh": one.name_zh, "name_en": one.name_en, "words": one.words,
            "state": one.state,
        }
        for one in org.changes()
    ]  # fmt: skip
