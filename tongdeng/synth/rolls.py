"""The rolls: what each department writes down of the county, row by row, with its own headers."""

from collections.abc import Iterator
from datetime import date

from tongdeng.synth.headers import POLICE
from tongdeng.synth.noise import Clerk, Row
from tongdeng.synth.people import Household, Job, Lease, Person, Stay
from tongdeng.synth.places import Employer
from tongdeng.synth.population import County
from tongdeng.synth.services import Delivery

Written = Iterator[tuple[Row, Person | None]]

_SEX = {"male": "男", "female": "女"}


def iso(day: date | None) -> str:
    """Return an ISO date, or nothing."""
    return day.isoformat() if day else ""


def _police_row(person: Person, stay: Stay, employer: str, lease: Lease | None, phone: str, *, is_last: bool) -> Row:
    permit = person.permit if is_last else None
    return [
        person.name, _SEX[person.sex], person.ethnic_group, person.number, iso(person.born_on), person.home.code,
        person.home_address, stay.dwelling.community, stay.dwelling.address, stay.dwelling.lodging, person.reason,
        iso(stay.starts_on), iso(stay.registered_on), iso(stay.ends_on), phone, person.education, person.marital,
        employer, lease.landlord if lease else "", permit.number if permit else "",
        iso(permit.issued_on) if permit else "", iso(permit.endorsed_on) if permit else "",
    ]  # fmt: skip


def _workplace(person: Person) -> str:
    job = person.jobs[-1] if person.jobs else None
    return job.employer.name if job and job.employer and job.ends_on is None else ""


def police(county: County, clerk: Clerk) -> Written:
    """Yield a row for each stay of each migrant, and a few of registered residents."""
    for household in county.households:
        if household.kind == "local":
            yield from _police_locals(household, clerk)
            continue
        shared = ""
        if household.employer and len(household.members) > 2 and clerk.does("dormitory_phone"):
            shared = household.members[0].phone
        lease_at = {id(lease.dwelling): lease for lease in household.leases}
        for person in household.members:
            if clerk.does("not_in_roll"):
                continue
            last = person.stays[-1]
            for stay in person.stays:
                lease = lease_at.get(id(stay.dwelling))
                phone = shared or person.phone
                row = _police_row(person, stay, _workplace(person), lease, phone, is_last=stay is last)
                if stay.ends_on and clerk.does("left_not_cancelled" if stay is last else "move_not_closed"):
                    row[POLICE.index("离开日期")] = ""
                if clerk.does("no_hukou"):
                    row[POLICE.index("户籍区划")] = ""
                for written in clerk.write(row, person):
                    yield written, person


def _police_locals(household: Household, clerk: Clerk) -> Written:
    dwelling, since, _ = household.timeline[0]
    for person in household.members:
        if int(person.key[1:]) % 16 == 0:
            stay = Stay(dwelling, max(since, person.born_on), None)
            row = _police_row(person, stay, _workplace(person), None, person.phone, is_last=True)
            for written in clerk.write(row, person):
                yield written, person


def _hrss_row(person: Person, job: Job, as_of: date) -> Row:
    employer = job.employer or Employer("", "", "")
    months = ((job.ends_on or as_of) - job.pension_on).days // 30 if job.pension_on else 0
    return [
        person.name, person.number, _SEX[person.sex], iso(person.born_on), person.phone, employer.name, employer.code,
        job.form, iso(job.starts_on), iso(job.ends_on), job.pension, iso(job.pension_on),
        str(job.unemployment_months) if job.unemployment_months else "", iso(job.injury_on), job.medical,
        str(months) if months else "",
    ]  # fmt: skip


def hrss(county: County, clerk: Clerk) -> Written:
    """Yield a row for each job, and for being out of work."""
    for person in county.people:
        # Most registered residents are in another roll of the same bureau.
        if person.is_local and int(person.key[1:]) % 8 > 1:
            continue
        for job in person.jobs:
            for written in clerk.write(_hrss_row(person, job, county.as_of), person):
                yield written, person


def education(county: County, clerk: Clerk) -> Written:
    """Yield a row for each child at school or kindergarten."""
    for household in county.households:
        dwelling = household.timeline[-1][0]
        for person in household.members:
            place, guardian = person.schooling, person.guardian
            if place is None or guardian is None:
                continue
            row = [
                person.name, person.number, _SEX[person.sex], iso(person.born_on), place.school, place.stage,
                place.grade, iso(place.enrolled_on), guardian.name, guardian.number, guardian.phone,
                person.home.code, dwelling.community, dwelling.address,
            ]  # fmt: skip
            for written in clerk.write(row, person):
                yield written, person


def _lease_row(lease: Lease) -> Row:
    tenant = lease.tenant
    return [
        lease.dwelling.address, lease.dwelling.community, lease.kind, str(lease.area), lease.landlord,
        lease.landlord_phone, lease.filing_number, tenant.name if tenant else "", tenant.number if tenant else "",
        tenant.phone if tenant else "", iso(lease.starts_on), iso(lease.ends_on), iso(lease.inspected_on),
        lease.inspection,
    ]  # fmt: skip


def housing(county: County, clerk: Clerk) -> Written:
    """Yield a row for each lease and each dwelling that stands empty."""
    for household in county.households:
        for lease in household.leases:
            for written in clerk.write(_lease_row(lease), lease.tenant):
                yield written, lease.tenant
    for lease in county.empty_dwellings:
        for written in clerk.write(_lease_row(lease), None):
            yield written, None


def deliveries(records: list[Delivery], clerk: Clerk) -> Written:
    """Yield a row for each service given or declined."""
    for record in records:
        person = record.person
        row = [
            person.name, person.number, person.phone, record.service, iso(record.on),
            "告知后谢绝" if record.is_declined else "提供", record.confirmation, record.provider, record.fee,
            record.channel,
        ]  # fmt: skip
        for written in clerk.write(row, person):
            yield written, person
