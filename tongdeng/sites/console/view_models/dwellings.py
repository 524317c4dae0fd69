"""Dwellings that are let: the list of a place, and the page of one."""

from dataclasses import dataclass
from datetime import date

from tongdeng.kernel.errors import Text
from tongdeng.sites.console.view_models.owed import Filter
from tongdeng.sites.shell.frame import Choice, Fault, Pager, Words


@dataclass(frozen=True)
class HomeLine:
    """One dwelling of the list. `mark` is `overdue`, `amber` or empty; `inspection` says what is so in words."""

    url: str
    address: str
    place: str
    kind: Words
    landlord: str
    tenants: int
    inspected_on: date | None
    result: Words
    due_on: date | None
    inspection: Words
    mark: str = ""


@dataclass(frozen=True)
class HomesPage:
    """The dwellings of a place."""

    rows: tuple[HomeLine, ...]
    filters: tuple[Filter, ...]
    pager: Pager
    rule: Text
    basis: tuple[Text, ...]
    export_url: str
    empty: Text


@dataclass(frozen=True)
class LeaseLine:
    """One tenancy as stated. `end_url` is empty where it has ended or this post does not enter any."""

    tenant: str
    number: str
    starts_on: date
    ends_on: date | None
    is_open: bool
    end_url: str = ""
    record: int = 0


@dataclass(frozen=True)
class InspectionLine:
    """One inspection of the history."""

    inspected_on: date
    result: Words
    to_mend: str
    next_due_on: date | None
    by: Words
    undo_url: str = ""


@dataclass(frozen=True)
class InspectionForm:
    """The form that records an inspection; what was typed comes back with the faults."""

    action: str
    newest_day: date
    results: tuple[Choice, ...]
    day: str
    to_mend: str = ""
    next_due: str = ""
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class DeclarationForm:
    """The form for what a landlord declares: who, by which document, from and to. Nothing else is asked."""

    action: str
    id_kinds: tuple[Choice, ...]
    within_days: int
    basis: tuple[Text, ...]
    name: str = ""
    number: str = ""
    starts_on: str = ""
    ends_on: str = ""
    asks_to_keep: bool = False
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Pending:
    """A declaration that was just sent: on its way (`refresh_url` is asked again), or what became of it."""

    text: Text
    refresh_url: str = ""
    undo_url: str = ""


@dataclass(frozen=True)
class HomePage:
    """One dwelling."""

    home: HomeLine
    area: str
    landlord_phone: str
    leases: tuple[LeaseLine, ...]
    inspections: tuple[InspectionLine, ...]
    inspection: InspectionForm | None
    declaration: DeclarationForm | None
    pending: Pending | None
    today: date
    end_faults: tuple[Fault, ...] = ()
