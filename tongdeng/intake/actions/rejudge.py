"""A newer model looks at what an older one decided. It proposes; only clerks change who is who."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

from tongdeng.access.selectors import acting
from tongdeng.access.types import IDENTIFY
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.intake import candidates, probable
from tongdeng.intake.actions.doubts import open_doubts
from tongdeng.intake.second_look import doubts_about, set_apart, weights_of
from tongdeng.intake.types import Doubt
from tongdeng.linkage import settings
from tongdeng.linkage.joining import Fit


def rejudge(*, by: Actor, model: Path = settings.DEFAULT) -> dict[str, int]:
    """Score the probable links and the persons without number again; open doubts where the model differs. Changes none.

    Returns how many links were looked at, how many the model would not make today, and how many questions are new.
    """
    trained = settings.load(model)
    looking = replace(by, purpose=IDENTIFY)
    with acting(looking):
        found, linked = candidates.find_again(probable.METHOD)
        rows = list(candidates.rows_of_known(found.persons | {row.person for row in linked}))
        apart, rows = set_apart(linked, rows)
        fits = probable.score(rows, found, trained) if rows else []
        numbered = {row.person for row in rows if row.values.get("id_number")}
        doubts = list(doubts_about(apart, fits, trained, numbered))
        links = len(doubts)
        doubts += _of_persons(found.pairs, fits, numbered, apart, trained)
        opened = open_doubts(doubts=doubts, by=looking)
        detail = {"links": len(apart), "differing": links, "opened": opened}
        audit.record("intake.links.judged_again", by=looking, detail=detail)
    return detail


def _of_persons(
    pairs: set[tuple[int, int]], fits: list[Fit], numbered: set[int], apart: Collection[int], model: settings.Model
) -> Iterator[Doubt]:
    """Yield a doubt for each two persons of the register who fit, of whom one has no number."""
    asked = {frozenset(pair) for pair in pairs}
    for fit in fits:
        both = frozenset((fit.left, fit.right))
        if fit.weight < model.threshold or both not in asked or both & set(apart) or both <= numbered:
            continue
        yield Doubt(fit.left, fit.right, None, "proposal", weights_of(fit))
