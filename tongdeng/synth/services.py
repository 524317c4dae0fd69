"""Which services were given to whom, or declined. Loose on purpose: the register decides what is owed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tongdeng.synth.people import Person, age_on
from tongdeng.synth.places import NAME_OF
from tongdeng.synth.population import County
from tongdeng.synth.reach import Reach

_PROVIDERS = {
    "PSB": "县公安局户政窗口", "HRS": "县人社局服务大厅", "MIB": "县医保经办中心", "EDU": "县教育局",
    "HUD": "县住建局窗口", "CIV": "县民政局", "JUS": "县司法局", "GSC": "县政务服务中心", "CUL": "县文化馆",
    "HEA": "县疾控中心",
}  # fmt: skip
_CHANNELS = ("窗口", "社区", "网上", "上门", "自助终端")
_CHANNEL_SHARES = (0.38, 0.34, 0.2, 0.06, 0.02)
# Services a person asks for or is invited to: code, share of adults in a year, most times in a year.
_ON_REQUEST = (
    ("HRS-03", 0.05, 2), ("HRS-05", 0.025, 1), ("CIV-02", 0.006, 1), ("JUS-01", 0.015, 2),
    ("GSC-01", 0.06, 2), ("CUL-01", 0.04, 3), ("HUD-02", 0.01, 1), ("HEA-02", 0.08, 2),
)  # fmt: skip
_UNCONFIRMABLE = frozenset({"GSC-01", "JUS-01", "CUL-01", "HRS-02", "CIV-02", "HUD-02"})


@dataclass(frozen=True, slots=True)
class Delivery:
    """One line of a service record, as the bureau that gave the service would put it."""

    person: Person
    service: str
    on: date
    is_declined: bool
    confirmation: str
    provider: str
    fee: str
    channel: str


class Counter:
    """Goes through the people and gives out services until `as_of`."""

    def __init__(self, county: County, reach: Reach, *, with_sealed: bool) -> None:
        self._county, self._reach, self._as_of = county, reach, county.as_of
        self._with_sealed = with_sealed
        self._chance = Random(f"{county.seed}:services")
        self._random = self._chance.random
        self._filings = {
            id(lease.tenant): [other.filed_on for other in household.leases if other.filed_on]
            for household in county.households
            for lease in household.leases
        }

    def deliveries(self) -> list[Delivery]:
        """Return all service records in order of their dates."""
        found = [
            record
            for person in self._county.people
            # A baby without a number has nothing by which a service record could name it.
            if person.stays
            and person.number
            # Few of those who left had asked for anything but the police's attention.
            and (person.is_here or self._random() < 0.35)
            for record in self._of(person)
        ]
        found.sort(key=lambda record: (record.on, record.service, record.person.key))
        return found

    def _of(self, person: Person) -> Iterator[Delivery]:
        last = person.stays[-1].ends_on
        until = last - timedelta(1) if last else self._as_of
        community = person.stays[-1].dwelling.community
        days = ((service, on) for service, on in self._days(person, community, until) if on is not None)
        # Twice on one day is one service.
        for service, on in dict.fromkeys(days):
            yield self._record(person, service, on, community)

    def _days(self, person: Person, community: str, until: date) -> Iterator[tuple[str, date | None]]:
        once, this_year, arrived_on = self._reach.once, self._reach.this_year, person.arrived_on
        age = age_on(until, person.born_on)
        if age >= 16:
            sixteen = person.born_on + timedelta(int(16.01 * 365.25))
            yield "HRS-06", once(community, "HRS-06", max(arrived_on, sixteen), until)
            yield "JUS-04", this_year(community, "JUS-04", arrived_on, until)
            yield from self._work_days(person)
            yield from self._requests(person, until)
        else:
            yield "CIV-07", this_year(community, "CIV-07", arrived_on, until)
        yield from self._insurance_days(person, community, until)
        if person.schooling:
            yield from self._school_days(person, until)
        for filed_on in self._filings.get(id(person), ()):
            yield "HUD-01", filed_on
        if person.permit and self._random() < 0.04:
            yield "PSB-02", person.permit.issued_on
        if self._random() < 0.006:
            # Drawn at any level, so that noise changes the rolls and never the county.
            on = this_year(community, "HEA-01", arrived_on, until)
            yield ("HEA-07" if age >= 65 else "HEA-01"), on if self._with_sealed else None

    def _work_days(self, person: Person) -> Iterator[tuple[str, date | None]]:
        for job in person.jobs:
            yield "HRS-01", job.registered_on
            if job.form == "失业" and self._random() < 0.8:
                yield "HRS-02", job.starts_on
            if job.pension_on and job.form in ("单位就业", "公益性岗位"):
                yield "HRS-07", job.pension_on if self._random() < 0.06 else None
            elif job.pension_on and job.form == "灵活就业":
                yield "HRS-08", job.pension_on

    def _insurance_days(self, person: Person, community: str, until: date) -> Iterator[tuple[str, date | None]]:
        job = person.jobs[-1] if person.jobs else None
        if job and job.ends_on is None and job.medical == "职工医保":
            return
        # Children and flexible workers may join without a permit, everyone else needs one.
        is_flexible = job is not None and job.form == "灵活就业"
        is_child = age_on(until, person.born_on) < 18
        if not (person.permit or is_flexible or is_child):
            return
        opened = person.arrived_on if is_flexible or is_child or not person.permit else person.permit.issued_on
        on = self._reach.this_year(community, "MIB-01", opened, until)
        if on and job:
            job.medical = "城乡居民医保"
        yield "MIB-01", on

    def _school_days(self, person: Person, until: date) -> Iterator[tuple[str, date | None]]:
        schooling = person.schooling
        if schooling is None:
            return
        if schooling.stage == "幼儿园":
            yield "EDU-03", min(schooling.enrolled_on, until)
        elif schooling.stage in ("小学", "初中"):
            yield "EDU-01", min(schooling.enrolled_on, until)

    def _requests(self, person: Person, until: date) -> Iterator[tuple[str, date | None]]:
        first = max(person.arrived_on, self._reach.year_start)
        if first > until:
            return
        for service, share, most in _ON_REQUEST:
            if self._random() < share:
                for _ in range(1 + int(self._random() * most)):
                    yield service, first + timedelta(int(self._random() * ((until - first).days + 1)))

    def _record(self, person: Person, service: str, on: date, community: str) -> Delivery:
        draw = self._random()
        is_declined = draw < 0.026 and service not in _UNCONFIRMABLE and not service.startswith(("PSB", "EDU", "HUD"))
        confirmation = ""
        if is_declined and draw < 0.026 * 2 / 3:
            confirmation = self._chance.choice(("签字", "短信码", "网上"))
        channel = self._chance.choices(_CHANNELS, _CHANNEL_SHARES)[0]
        provider = NAME_OF[community] + "便民服务站" if channel in ("社区", "上门") else _PROVIDERS[service[:3]]
        return Delivery(person, service, on, is_declined, confirmation, provider, "0", channel)
