"""What a synthetic person is: identity, stays, and what departments know about them."""

from dataclasses import dataclass, field
from datetime import date

from tongdeng.synth.places import Dwelling, Employer, HomeCounty


@dataclass(slots=True)
class Stay:
    """Living at one address. `ends_on` is the first day absent; `registered_on` is when the police heard of it."""

    dwelling: Dwelling
    starts_on: date
    ends_on: date | None
    registered_on: date | None = None


@dataclass(slots=True)
class Job:
    """One spell of work (or of being out of work), with the insurance that came with it."""

    form: str
    employer: Employer | None
    starts_on: date
    ends_on: date | None = None
    registered_on: date | None = None
    pension: str = "未参保"
    pension_on: date | None = None
    injury_on: date | None = None
    unemployment_months: int = 0
    medical: str = "未参保"


@dataclass(slots=True)
class Schooling:
    """A place at a school in the present school year."""

    school: str
    stage: str
    grade: str
    enrolled_on: date


@dataclass(slots=True)
class Permit:
    """A residence permit and its last endorsement, if it ever had one."""

    number: str
    issued_on: date
    endorsed_on: date | None


@dataclass(slots=True, eq=False)
class Person:
    """One person as they are, before any department writes them down. `number` is empty for a baby without one."""

    key: str
    name: str
    sex: str
    ethnic_group: str
    born_on: date
    number: str
    home: HomeCounty
    home_address: str
    phone: str
    education: str = "初中"
    marital: str = "未婚"
    reason: str = "务工"
    is_local: bool = False
    stays: list[Stay] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    schooling: Schooling | None = None
    permit: Permit | None = None
    guardian: "Person | None" = None
    mother: "Person | None" = None

    @property
    def is_here(self) -> bool:
        """Tell whether the last stay is open."""
        return bool(self.stays) and self.stays[-1].ends_on is None

    @property
    def arrived_on(self) -> date:
        """Return the first day of the present unbroken time in the county (the last one, of a person who left)."""
        first = self.stays[-1]
        for stay in reversed(self.stays[:-1]):
            if stay.ends_on != first.starts_on:
                break
            first = stay
        return first.starts_on


@dataclass(slots=True)
class Lease:
    """A dwelling to let, to whom and since when; nobody if it stands empty."""

    dwelling: Dwelling
    kind: str
    area: int
    landlord: str
    landlord_phone: str
    tenant: Person | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    filed_on: date | None = None
    filing_number: str = ""
    inspected_on: date | None = None
    inspection: str = ""


@dataclass(slots=True, eq=False)
class Household:
    """People who live together. `kind` is single, couple, family, elders, dormitory or site."""

    kind: str
    members: list[Person]
    timeline: list[tuple[Dwelling, date, date | None]]
    employer: Employer | None = None
    leases: list[Lease] = field(default_factory=list)


def age_on(day: date, born_on: date) -> int:
    """Return completed years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
