"""What people do in the county: register, work, insure themselves, learn, hold permits and rent dwellings."""

from datetime import date, timedelta
from random import Random

from tongdeng.synth.people import Household, Job, Lease, Permit, Person, Schooling, Stay, age_on
from tongdeng.synth.places import Dwelling, school_name
from tongdeng.synth.population import County, PersonMaker
from tongdeng.synth.reach import Reach

_FORMS = ("单位就业", "灵活就业", "个体经营", "公益性岗位", "失业", "")
_FORM_SHARES = (0.51, 0.14, 0.08, 0.01, 0.03, 0.23)
_NUMERALS = "一二三四五六七八九"


def _add_years(day: date, years: int) -> date:
    return date(day.year + years, day.month, min(day.day, 28))


class Lives:
    """Fills in the lives of a county whose people only have names and stays."""

    def __init__(self, county: County, reach: Reach) -> None:
        self._county, self._reach, self._as_of = county, reach, county.as_of
        self._chance = Random(f"{county.seed}:lives")
        self._random = self._chance.random
        self._landlords = PersonMaker(Random(f"{county.seed}:landlords"), county.places, county.as_of)
        self._permits = 0

    def live(self) -> None:
        """Fill in everything."""
        for household in self._county.households:
            for person in household.members:
                self._grow_up(person)
                if household.kind != "local":
                    self._register(person)
                self._work(person, household)
                self._learn(person)
                self._hold_permit(person)
            self._rent(household)
        for _ in range(len(self._county.households) // 9):
            dwelling = self._county.places.dwelling("租赁房屋")
            self._county.empty_dwellings.append(self._dwelling_to_let(dwelling))

    def _last_day(self, person: Person) -> date:
        ends_on = person.stays[-1].ends_on if person.stays else None
        return ends_on - timedelta(1) if ends_on else self._as_of

    def _community(self, person: Person, household: Household) -> str:
        return (person.stays[-1].dwelling if person.stays else household.timeline[-1][0]).community

    def _grow_up(self, person: Person) -> None:
        age = age_on(self._as_of, person.born_on)
        draw = self._random()
        if age < 18:
            person.education = "其他" if age < 7 else "小学" if age < 13 else "初中" if age < 16 else "高中"
        elif person.born_on.year < 1972:
            person.education = "小学" if draw < 0.4 else "初中" if draw < 0.85 else "高中"
        else:
            bounds = ((0.08, "小学"), (0.5, "初中"), (0.68, "高中"), (0.8, "中职"), (0.92, "专科"), (0.99, "本科"))
            person.education = next((name for bound, name in bounds if draw < bound), "研究生")
        if age < 16:
            person.marital = "未婚"

    def _register(self, person: Person) -> None:
        for stay in person.stays:
            rate = self._reach.rate(stay.dwelling.community, "PSB-01")
            draw = self._random()
            delay = int(self._random() * 8) if draw < rate else int(8 + self._chance.expovariate(1 / 25))
            if draw > 1 - (1 - rate) * 0.5 and stay.starts_on >= self._reach.year_start:
                continue  # Known to the community's worker, not yet registered.
            last = (stay.ends_on - timedelta(1)) if stay.ends_on else self._as_of
            stay.registered_on = min(stay.starts_on + timedelta(delay), last)

    def _work(self, person: Person, household: Household) -> None:
        last = self._last_day(person)
        age = age_on(last, person.born_on)
        if age < 16 or age > 64 or (age < 19 and self._random() < 0.6):
            if age >= 16:
                person.reason = "借读培训" if age < 20 else "投靠亲友"
            return
        form = "单位就业" if household.employer else self._chance.choices(_FORMS, _FORM_SHARES)[0]
        if age >= 60 and form in ("单位就业", "失业"):
            form = ""
        person.reason = {"单位就业": "务工", "灵活就业": "服务", "个体经营": "经商", "公益性岗位": "服务"}.get(form, "")
        if not person.reason:
            person.reason = "务农" if self._random() < 0.3 else "投靠亲友" if self._random() < 0.6 else "务工"
        if not form:
            return
        first = person.arrived_on if person.stays else _add_years(person.born_on, 22)
        first = max(min(first, last), _add_years(person.born_on, 16))
        if self._random() < 0.35 and (last - first).days > 200:
            first += timedelta(int(((last - first).days - 90) * self._random()))
        if first > last:
            return
        community = self._community(person, household)
        if self._random() < 0.09 and (last - first).days > 300:
            ended = first + timedelta(int(90 + ((last - first).days - 200) * self._random()))
            person.jobs.append(self._job(person, "单位就业", household, first, ended, community))
            first = ended + timedelta(int(self._random() * 25))
        leaves = last + timedelta(1) if last < self._as_of else None
        person.jobs.append(self._job(person, form, household, first, leaves, community))

    def _job(
        self, person: Person, form: str, household: Household, first: date, ends_on: date | None, community: str
    ) -> Job:
        until = ends_on - timedelta(1) if ends_on else self._as_of
        job = Job(form, None, first, ends_on)
        if form in ("单位就业", "公益性岗位", "个体经营"):
            job.employer = household.employer or self._county.places.employer()
        start = min(first + timedelta(int(self._random() * 5)), until)
        if form != "失业":
            job.registered_on = self._reach.once(community, "HRS-01", start, until)
        if form in ("单位就业", "公益性岗位"):
            job.pension_on = self._reach.once(community, "HRS-07", start, until)
            if job.pension_on:
                job.pension = "职工养老"
                job.injury_on = job.pension_on
                job.unemployment_months = (until - job.pension_on).days // 30
                job.medical = "职工医保" if self._random() < 0.93 else "未参保"
        elif form in ("灵活就业", "个体经营"):
            job.pension_on = self._reach.once(community, "HRS-08", start, until)
            if job.pension_on:
                job.pension = "职工养老" if self._random() < 0.45 else "城乡居民养老"
        elif self._random() < 0.5:
            job.pension, job.pension_on = "城乡居民养老", start
        return job

    def _learn(self, person: Person) -> None:
        year = self._as_of.year if self._as_of.month >= 9 else self._as_of.year - 1
        age = age_on(date(year, 8, 31), person.born_on)
        if not 3 <= age <= 17 or not (person.is_here or person.is_local) or not person.guardian:
            return
        home = person.stays[-1].dwelling.community if person.stays else self._county.places.community()
        if age < 6:
            # A place not given stays owed for years, so few may be missing at any time.
            stage, grade = "幼儿园", "小中大"[age - 3] + "班"
            share = 1 - (1 - self._reach.rate(home, "EDU-03")) * 0.6
        elif age < 12:
            stage, grade, share = "小学", _NUMERALS[age - 6] + "年级", 0.985
        elif age < 15:
            stage, grade, share = "初中", _NUMERALS[age - 6] + "年级", 0.985
        else:
            stage, share = ("高中", 0.8) if int(person.key[1:]) % 5 < 3 else ("中职", 0.8)
            grade = _NUMERALS[age - 15] + "年级"
        if person.jobs or self._random() > share:
            return
        first_age = 3 if age < 6 else 6 if age < 12 else 12 if age < 15 else 15
        enrolled_on = date(year - (age - first_age), 9, 1)
        if person.stays:
            enrolled_on = max(enrolled_on, person.arrived_on + timedelta(int(3 + 25 * self._random())))
        if enrolled_on <= self._as_of:
            person.schooling = Schooling(school_name(home, stage), stage, grade, enrolled_on)

    def _hold_permit(self, person: Person) -> None:
        is_pupil = person.schooling is not None and person.schooling.stage != "幼儿园"
        if not person.stays or (age_on(self._as_of, person.born_on) < 16 and not is_pupil):
            return
        last = self._last_day(person)
        opened = max(person.arrived_on + timedelta(184), date(2016, 1, 4))
        has_reason = is_pupil or bool(person.jobs) or person.stays[-1].dwelling.lodging in ("租赁房屋", "自购房")
        if not has_reason and self._random() < 0.7:
            return
        community = person.stays[-1].dwelling.community
        issued_on = self._reach.once(community, "PSB-02", opened, last)
        if issued_on is None:
            return
        self._permits += 1
        number = f"J990101{self._permits:08d}"
        person.permit = Permit(number, issued_on, self._endorsed(issued_on, last, community))

    def _endorsed(self, issued_on: date, last: date, community: str) -> date | None:
        """Return the last endorsement: in the month before an anniversary, or some weeks late."""
        years = age_on(last, issued_on)
        following = _add_years(issued_on, years + 1)
        rate = self._reach.rate(community, "PSB-03")
        if (following - last).days < 25 and self._random() < 0.5:
            return last - timedelta(int(3 * self._random())) if last > issued_on else None
        if years and self._random() < rate:
            return max(_add_years(issued_on, years) - timedelta(int(26 * self._random())), issued_on)
        if years and self._random() < 0.3:
            return min(_add_years(issued_on, years) + timedelta(int(60 * self._random())), last)
        return _add_years(issued_on, years - 1) if years > 1 else None

    def _dwelling_to_let(self, dwelling: Dwelling) -> Lease:
        random, names = self._random, self._landlords.names
        sex = "male" if random() < 0.6 else "female"
        landlord = names.surname() + names.given(sex, 1955 + int(random() * 40))
        phone = f"0000-{int(random() * 10**7):07d}" if random() < 0.1 else self._landlords.phone()
        is_village = dwelling.community[9:] >= "200"
        kind = "平房" if is_village else "成套住宅" if random() < 0.88 else "商住"
        lease = Lease(dwelling, kind, int(18 + 100 * random() ** 1.5), landlord, phone)
        if random() < 0.55:
            lease.inspected_on = self._as_of - timedelta(int(random() * 500))
            draw = random()
            lease.inspection = "合格" if draw < 0.9 else "需整改" if draw < 0.98 else "不合格"
        return lease

    def _rent(self, household: Household) -> None:
        if household.kind in ("dormitory", "site", "local"):
            return
        tenant = household.members[0]
        for stay in tenant.stays:
            if stay.dwelling.lodging != "租赁房屋":
                continue
            lease = self._dwelling_to_let(stay.dwelling)
            lease.tenant, lease.starts_on, lease.ends_on = tenant, stay.starts_on, stay.ends_on
            self._file(lease, stay)
            household.leases.append(lease)

    def _file(self, lease: Lease, stay: Stay) -> None:
        until = stay.ends_on - timedelta(1) if stay.ends_on else self._as_of
        lease.filed_on = self._reach.once(stay.dwelling.community, "HUD-01", stay.starts_on, until)
        if lease.filed_on:
            lease.filing_number = f"ZL{lease.filed_on:%Y}{int(self._random() * 10**6):06d}"
