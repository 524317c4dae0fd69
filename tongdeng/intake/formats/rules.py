"""Rules between the cells of one row. A format names those it needs; the first three hold for every roll.

Each has two halves: `judge` says what there is to say about a row, `suspects` finds in whole columns the rows about
which it may say something. Missing one would lose a finding, naming too many costs only time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tongdeng.intake.errors import finding
from tongdeng.intake.formats.loader import Format
from tongdeng.intake.types import Finding, Value
from tongdeng.kernel.citizen_id import iso_day
from tongdeng.people.types import Columns

DISTINGUISHING = ("id_number", "id_claimed", "born_on", "phone")


@dataclass(slots=True)
class Draft:
    """A row while it is judged."""

    values: dict[str, Value] = field(default_factory=dict)
    notes: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a rule may look at besides the row."""

    format: Format
    services: Mapping[str, str]
    names: Mapping[str, str]  # canonical key: the header as the sender wrote it

    def name(self, key: str) -> str:
        """Return the header to print for a column, also when the file does not have it."""
        return self.names.get(key) or self.format.column(key).zh


class Rule(NamedTuple):
    """A rule, ready to run on the rows of one file."""

    judge: Callable[[Draft], None]
    suspects: Callable[[Columns], Iterable[int]]  # places of rows


def _places(columns: Columns, *keys: str) -> Iterator[tuple[int, tuple[Value | None, ...]]]:
    """Yield each row's place with its values of some columns."""
    return enumerate(zip(*(columns[key] for key in keys), strict=True))


def required_filled(around: Surroundings) -> Rule:
    """Reject a row without a required value, unless the reason is already given."""
    required = frozenset(column.key for column in around.format.columns if column.required)

    def rule(draft: Draft) -> None:
        if required <= draft.values.keys():
            return
        told = {error.column for error in draft.errors}
        for column in around.format.columns:
            name = around.name(column.key)
            if column.required and column.key not in draft.values and name not in told:
                draft.errors.append(finding(name, "required.missing"))

    def suspects(columns: Columns) -> Iterator[int]:
        for key in required:
            if None in columns[key]:
                yield from (at for at, value in enumerate(columns[key]) if value is None)

    return Rule(rule, suspects)


def agrees_with_id_number(around: Surroundings) -> Rule:
    """Flag a birth date or sex that disagrees with a valid id number; both are kept."""

    def rule(draft: Draft) -> None:
        values = draft.values
        number = values.get("id_number")
        if not isinstance(number, str):
            return
        born_on, sex = values.get("born_on"), values.get("sex")
        if born_on is not None and born_on != iso_day(number[6:14]):
            draft.warnings.append(finding(around.name("born_on"), "id.birth_disagrees"))
        if sex is not None and sex != ("male" if number[16] in "13579" else "female"):
            draft.warnings.append(finding(around.name("sex"), "id.sex_disagrees"))

    def suspects(columns: Columns) -> list[int]:
        return [
            at
            for at, (number, born_on, sex) in _places(columns, "id_number", "born_on", "sex")
            if isinstance(number, str)
            and (
                (born_on is not None and born_on != iso_day(number[6:14]))
                or (sex is not None and sex != ("male" if number[16] in "13579" else "female"))
            )
        ]

    return Rule(rule, suspects)


def dates_in_order(around: Surroundings) -> Rule:
    """Drop an end before its start; flag other dates that come in the wrong order."""
    pairs = [(*pair, True) for pair in around.format.ends] + [(*pair, False) for pair in around.format.flagged_order]

    def rule(draft: Draft) -> None:
        values = draft.values
        for first, second, drops in pairs:
            start, end = values.get(first), values.get(second)
            if start is None or end is None or str(start) <= str(end):
                continue
            code = "date.ends_before_start" if drops else "date.order"
            draft.warnings.append(finding(around.name(second), code, around.name(first)))
            if drops:
                del values[second]

    def suspects(columns: Columns) -> Iterator[int]:
        for first, second, _ in pairs:
            if first in columns and second in columns:
                for at, (start, end) in _places(columns, first, second):
                    if start is not None and end is not None and str(start) > str(end):
                        yield at

    return Rule(rule, suspects)


def person_distinct(around: Surroundings) -> Rule:
    """Reject a row with nothing that can tell its person from another."""

    def rule(draft: Draft) -> None:
        if not any(key in draft.values for key in DISTINGUISHING):
            draft.errors.append(finding("", "person.indistinct"))

    def suspects(columns: Columns) -> list[int]:
        number, claimed, born_on, phone = (columns[key] for key in DISTINGUISHING)
        rows = enumerate(zip(number, claimed, born_on, phone, strict=True))
        return [at for at, (n, c, b, p) in rows if n is None and b is None and p is None and c is None]

    return Rule(rule, suspects)


def tenant_or_dwelling(around: Surroundings) -> Rule:
    """Keep the dwelling and drop a tenant who cannot be told from another person."""
    subject, along = around.format.subject, around.format.with_subject

    def rule(draft: Draft) -> None:
        values = draft.values
        told_apart = any(key in values for key in DISTINGUISHING)
        # A valid number finds a person the register may know by name; anything less needs the name.
        if "id_number" in values or (told_apart and "name" in values):
            return
        if any(key in values for key in subject):
            draft.warnings.append(finding(around.name("name"), "tenant.indistinct"))
        for key in (*subject, *along):
            values.pop(key, None)

    def suspects(columns: Columns) -> list[int]:
        return [at for at, number in enumerate(columns["id_number"]) if number is None]

    return Rule(rule, suspects)


def living_at_hukou_address(around: Surroundings) -> Rule:
    """Note a living address that repeats the hukou address."""

    def rule(draft: Draft) -> None:
        address = draft.values.get("address")
        if address is not None and address == draft.values.get("hukou_address"):
            draft.notes.append(finding(around.name("address"), "address.same_as_hukou"))

    def suspects(columns: Columns) -> list[int]:
        rows = _places(columns, "address", "hukou_address")
        return [at for at, (address, hukou) in rows if address == hukou and address is not None]

    return Rule(rule, suspects)


def care_not_yet(around: Surroundings) -> Rule:
    """Reject services of the sealed bureau: there is nowhere to put them before care exists."""
    options = around.format.options["care_not_yet"]
    unsealed = frozenset(options["unsealed"])
    sealed = frozenset(c for c, bureau in around.services.items() if bureau == options["bureau"] and c not in unsealed)

    def rule(draft: Draft) -> None:
        service = draft.values.get("service")
        if service in sealed:
            draft.errors.append(finding(around.name("service"), "care.not_yet", str(service)))

    def suspects(columns: Columns) -> list[int]:
        return [at for at, service in enumerate(columns["service"]) if service in sealed]

    return Rule(rule, suspects)


def served_within_due(around: Surroundings) -> Rule:
    """Reject a return that counts more people served than due."""

    def rule(draft: Draft) -> None:
        due, served = draft.values.get("due"), draft.values.get("served")
        if isinstance(due, int) and isinstance(served, int) and served > due:
            draft.errors.append(finding(around.name("served"), "count.served_exceeds_due"))

    def suspects(columns: Columns) -> list[int]:
        rows = _places(columns, "due", "served")
        return [at for at, (due, served) in rows if isinstance(due, int) and isinstance(served, int) and served > due]

    return Rule(rule, suspects)


ALWAYS = (required_filled, agrees_with_id_number, dates_in_order)
BY_NAME: dict[str, Callable[[Surroundings], Rule]] = {
    rule.__name__: rule
    for rule in (person_distinct, tenant_or_dwelling, living_at_hukou_address, care_not_yet, served_within_due)
}


def rules_for(around: Surroundings) -> tuple[Rule, ...]:
    """Return the rules of a format, ready to run on each row."""
    return tuple(make(around) for make in (*ALWAYS, *(BY_NAME[name] for name in around.format.rules)))
