"""What one person's newest rows say differently, and what one row lacks. Pure: the reader's rights chose the rows."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongdeng.intake import identifiers
from tongdeng.intake.formats import Format
from tongdeng.intake.quality.terms import Terms
from tongdeng.intake.values import Reading
from tongdeng.people.exports import identity
from tongdeng.people.types import Statement


@dataclass(frozen=True)
class Stands:
    """Something that stands out in one row. `told` is what another row says, `by` its source; None: may not be seen."""

    statement: Statement
    code: str
    column: str
    said: Any = None
    told: Any = None
    by: str | None = None


def newest_by_source(statements: Iterable[Statement]) -> dict[str, Statement]:
    """Return each source's newest row about a person: what it would say today."""
    found: dict[str, Statement] = {}
    for one in statements:
        if one.source not in found or found[one.source].newness < one.newness:
            found[one.source] = one
    return found


def conflicts(newest: Mapping[str, Statement], ranks: identity.Ranks, attributes: Collection[str]) -> Iterator[Stands]:
    """Yield every newest row whose value is not the one believed. Once a corrected row agrees, there is no conflict."""
    if len(newest) < 2 and not any("id_number" in one.values for one in newest.values()):
        return
    known = list(newest.values())
    believed = identity.resolve(known, {key: ranks[key] for key in attributes if key in ranks}, date.max).attributes
    by_record = {one.record_id: one for one in known}
    for attribute, chosen in believed.items():
        if not chosen.is_disputed:
            continue
        winner = by_record[chosen.records[0]]
        for one in known:
            said = one.values.get(attribute)
            if said is None or one.source not in ranks[attribute] or is_same(attribute, said, chosen.value):
                continue
            # Its own id number says otherwise: the fault lies within the row.
            code = "id.disagrees" if one is winner else f"conflict.{attribute}"
            yield Stands(one, code, attribute, said, chosen.value, winner.source)


def is_same(attribute: str, one: Any, other: Any) -> bool:
    """Tell whether two values say the same: a division of 6 or 12 digits, an address with or without its town."""
    if one == other:
        return True
    if attribute == "hukou_code":
        return str(one)[:6] == str(other)[:6]
    if attribute == "address":
        return str(one) in str(other) or str(other) in str(one)
    return False


def lacks(statement: Statement, form: Format, needed: Collection[str], today: date) -> Iterator[Stands]:
    """Yield what a row lacks, and why its number is only a claimed one."""
    values = statement.values
    claimed = values.get("id_claimed")
    if claimed:
        judge = identifiers.IdNumbers(today, identifiers.division_judge(None)).read
        read = judge(str(claimed))
        problems = read.problems if isinstance(read, Reading) else ()
        code = next((one.code for one in problems if read.claimed), "id.not_own")
        yield Stands(statement, code, "id_number", claimed)
    for column in form.columns:
        if column.key in needed and column.key not in values and not (column.key == "id_number" and claimed):
            yield Stands(statement, "column.empty", column.key)


def stays_of(
    spells: Sequence[Statement], *, today: date, terms: Terms, ended: Mapping[str, tuple[str, ...]]
) -> Iterator[Stands]:
    """Yield what is odd about one source's stays, the newest first.

    Not seen for long, begun impossibly early, beside a newer one that is open as well, or under a code that has ended.
    """
    has_open = False
    for one in spells:
        values = one.values
        code = values.get("community_code")
        if code in ended:
            yield Stands(one, "community.succeeded", "community_code", code, "、".join(ended[str(code)]))
        column = "arrived_on" if "arrived_on" in values else "leased_from"
        begun, over = values.get(column), values.get("departed_on") or values.get("leased_until")
        if begun is None or (over is not None and over <= today.isoformat()):
            continue
        born = values.get("born_on")
        if begun < years_before(today, terms.far_past_years).isoformat() or (born and begun < born):
            yield Stands(one, "stay.far_past", column, begun)
        if has_open:
            yield Stands(one, "stay.double", column, begun)
        elif (today - one.as_at).days > terms.stale_after_days:
            yield Stands(one, "stay.stale", column, begun, one.as_at.isoformat())
        has_open = True


def years_before(day: date, years: int) -> date:
    """Return the first of the month so many years earlier."""
    return day.replace(year=day.year - years, day=1)
