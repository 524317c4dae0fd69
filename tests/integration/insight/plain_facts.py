"""The facts of one person on one day, read from the rolls' rows by the meaning that law/facts.yaml gives them."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from tongdeng.rules.engines.memory import months_between, years_between
from tongdeng.rules.model import Value

Row = dict[str, str]
COUNTY_PREFIX = "990101"
LODGING = {
    "租赁房屋": "rented", "单位内部": "employer", "工地现场": "site", "居民家中": "home", "旅店": "hotel",
    "自购房": "owned",
}  # fmt: skip
FORM = {
    "单位就业": "employee", "灵活就业": "flexible", "个体经营": "self_employed", "公益性岗位": "public_post",
    "失业": "unemployed",
}  # fmt: skip
STATUS = {"employee": "employed", "public_post": "employed"}


def day_of(row: Row, column: str) -> date | None:
    """Return the date in a column, None where it is empty."""
    return date.fromisoformat(row[column]) if row[column] else None


@dataclass(frozen=True, slots=True)
class Stay:
    """A time in one community; the day of departure is the first day absent."""

    community: str
    starts_on: date
    ends_on: date | None
    registered_on: date | None
    lodging: str
    rank: int

    def covers(self, day: date) -> bool:
        """Return whether the person was here on a day."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


@dataclass(slots=True)
class Person:
    """Everything the rolls say of one person."""

    as_at: date
    by_roll: dict[str, list[Row]] = field(default_factory=dict)

    def rows(self, roll: str) -> list[Row]:
        """Return the rows of one roll, to read or to add to."""
        return self.by_roll.setdefault(roll, [])

    def born_on(self) -> date | None:
        """Return the date of birth."""
        return next(
            (day_of(row, "出生日期") for roll in ("police", "education", "hrss") for row in self.rows(roll)), None
        )

    def hukou(self) -> str:
        """Return the division of registration."""
        rows = self.rows("police") + self.rows("education")
        return next((row["户籍区划"] for row in rows if row["户籍区划"]), "")

    def is_from_outside(self) -> bool:
        """Return whether the person is a migrant wherever there is a stay."""
        return not self.hukou().startswith(COUNTY_PREFIX) if self.hukou() else bool(self.rows("police"))

    def arrivals(self) -> list[Stay]:
        """Return the stays that the police wrote down."""
        return [
            Stay(
                row["社区代码"],
                date.fromisoformat(row["流入日期"]),
                day_of(row, "离开日期"),
                day_of(row, "登记日期"),
                LODGING.get(row["居住处所"], "other"),
                rank=0,
            )
            for row in self.rows("police")
        ]

    def tenancies(self) -> list[tuple[date, date | None, bool]]:
        """Return start, end and whether it is filed, of each lease."""
        return [
            (date.fromisoformat(row["起租日期"]), day_of(row, "退租日期"), bool(row["租赁备案号"]))
            for row in self.rows("housing")
        ]

    def stays(self) -> list[Stay]:
        """Return the stays of the police and those that a lease shows."""
        leased = [
            Stay(row["社区代码"], date.fromisoformat(row["起租日期"]), day_of(row, "退租日期"), None, "rented", rank=1)
            for row in self.rows("housing")
        ]
        return self.arrivals() + leased


def stay_on(person: Person, day: date) -> Stay | None:
    """Return the stay that is believed on a day: the police's before a lease's, then the newer."""
    here = [stay for stay in person.stays() if stay.covers(day)]
    return min(here, key=lambda stay: (stay.rank, -stay.starts_on.toordinal()), default=None)


def here_since(person: Person, day: date) -> date:
    """Return the first day of the unbroken time here that reaches to a day."""
    first = day
    while earlier := [stay.starts_on for stay in person.stays() if stay.starts_on < first and _reaches(stay, first)]:
        first = min(earlier)
    return first


def _reaches(stay: Stay, day: date) -> bool:
    return stay.ends_on is None or stay.ends_on >= day


def facts_on(person: Person, day: date) -> dict[str, Value]:
    """Return what is known of a person for a day; a fact that is missing is unknown."""
    facts: dict[str, Value] = {"is_outside_county_hukou": person.is_from_outside() if person.hukou() else None}
    born_on = person.born_on()
    if born_on and born_on <= day:
        facts |= {
            "born_on": born_on,
            "age_years": years_between(born_on, day),
            "school_entry_on": school_entry(born_on),
        }
    facts |= _residence(person, day) | _permit(person, day) | _lease(person, day) | _school(person, day)
    facts |= _work(person, day) | _insurance(person, day)
    facts["stable_housing"] = {"rented": True, "owned": True, "employer": True, "hotel": False, "site": False}.get(
        str(facts.get("lodging"))
    )
    if facts["has_lease"]:
        facts["stable_housing"] = True
    return facts


def school_entry(born_on: date) -> date:
    """Return 1 September after turning six by 31 August."""
    return date(born_on.year + (6 if (born_on.month, born_on.day) <= (8, 31) else 7), 9, 1)


def _residence(person: Person, day: date) -> dict[str, Value]:
    stay = stay_on(person, day)
    if stay is None:
        # Who once had a stay is known not to be here; of the unplaced nothing is known.
        return {"lives_here": False if person.stays() else None, "residence_months": None}
    # A row of the police register without the date of registration counts from the day it was heard of.
    registered_on = stay.registered_on or (person.as_at if stay.rank == 0 else None)
    return {
        "lives_here": True,
        "arrived_on": stay.starts_on,
        "residence_months": months_between(here_since(person, day), day),
        "residence_registered_on": registered_on if registered_on and registered_on <= day else None,
        "lodging": stay.lodging,
    }


def _permit(person: Person, day: date) -> dict[str, Value]:
    holding = [row for row in person.rows("police") if row["居住证号"]]
    issued_on = (day_of(holding[-1], "居住证签发日期") or person.as_at) if holding else None
    if issued_on is None or issued_on > day:
        return {"holds_residence_permit": False, "has_residence_permit": False}
    endorsed_on = day_of(holding[-1], "居住证签注日期")
    missed = late_for(issued_on, endorsed_on) if endorsed_on else None
    known = endorsed_on if endorsed_on and endorsed_on <= day else None
    base = known if known and missed else issued_on
    last_due = max((due for due in anniversaries(base, day) if due < day), default=None)
    is_valid: bool | None = last_due is None or (known is not None and known >= month_before(last_due))
    # The roll shows the last endorsement only: whether there was one in an earlier year it has forgotten, unless the
    # last came late, which tells that the anniversary before it was missed.
    if not is_valid and endorsed_on and day < endorsed_on and not (missed and day > missed):
        is_valid = None
    return {
        "holds_residence_permit": True,
        "has_residence_permit": is_valid,
        "permit_issued_on": issued_on,
        "permit_endorsed_on": known,
        "permit_counted_from": base,
    }


def late_for(issued_on: date, endorsed_on: date) -> date | None:
    """Return the anniversary that an endorsement came too late for; None where it is in the month before one."""
    passed = [due for due in anniversaries(issued_on, endorsed_on) if due < endorsed_on]
    coming = anniversary(issued_on, len(passed) + 1)
    return passed[-1] if passed and endorsed_on < month_before(coming) else None


def anniversary(day: date, years: int) -> date:
    """Return the day so many years later; 28 February for the 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def anniversaries(base: date, until: date) -> list[date]:
    """Return the anniversaries of a day up to another."""
    return [due for years in range(1, until.year - base.year + 1) if (due := anniversary(base, years)) <= until]


def month_before(day: date) -> date:
    """Return the same day a month earlier, or that month's last."""
    last = day.replace(day=1) - timedelta(1)
    return last.replace(day=min(day.day, last.day))


def _lease(person: Person, day: date) -> dict[str, Value]:
    current = [one for one in person.tenancies() if one[0] <= day and (one[1] is None or day < one[1])]
    if not current:
        return {"has_lease": False}
    starts_on, _, is_filed = max(current, key=lambda one: one[0])
    # A number without its date counts from the roll's day.
    filed_on = person.as_at if is_filed and person.as_at <= day else None
    return {"has_lease": True, "lease_started_on": starts_on, "lease_filed_on": filed_on}


def _school(person: Person, day: date) -> dict[str, Value]:
    entered = [(date.fromisoformat(row["入学日期"]), row["学段"]) for row in person.rows("education")]
    known = sorted(one for one in entered if one[0] <= day)
    kindergarten = [on for on, stage in known if stage == "幼儿园"]
    school = [on for on, stage in known if stage != "幼儿园"]
    return {
        "continuous_study": bool(school),
        "school_enrolled_on": min(school, default=None),
        "kindergarten_enrolled_on": min(kindergarten, default=None),
    }


def _jobs(person: Person, day: date) -> list[Row]:
    """Return the jobs begun by a day, oldest first."""
    begun = [row for row in person.rows("hrss") if date.fromisoformat(row["就业日期"]) <= day]
    return sorted(begun, key=lambda row: row["就业日期"])


def _work(person: Person, day: date) -> dict[str, Value]:
    jobs = [row for row in _jobs(person, day) if not row["离职日期"] or day < date.fromisoformat(row["离职日期"])]
    if not jobs:
        is_pupil = _school(person, day)["continuous_study"]
        return {"employment_status": "student" if is_pupil else None}
    form, started_on = FORM[jobs[-1]["就业形式"]], date.fromisoformat(jobs[-1]["就业日期"])
    steady = {"employee": True, "public_post": True, "self_employed": True, "unemployed": False}
    return {
        "employment_form": form,
        "employment_status": STATUS.get(form, form),
        "employed_from": None if form == "unemployed" else started_on,
        "unemployed_from": started_on if form == "unemployed" else None,
        "stable_employment": steady.get(form),
    }


def _insurance(person: Person, day: date) -> dict[str, Value]:
    if not person.rows("hrss"):
        return {"has_employee_medical": False}
    # An enrolment is a thing that happened: a later job, or none, does not undo it.
    enrolled = [
        (on, FORM[row["就业形式"]] if row["养老保险类型"] == "职工养老" else "")
        for row in person.rows("hrss")
        if row["养老保险类型"] != "未参保" and (on := day_of(row, "养老保险参保日期") or person.as_at) <= day
    ]
    facts: dict[str, Value] = {
        "pension_enrolled_on": max((on for on, _ in enrolled), default=None),
        "employee_pension_enrolled_on": max((on for on, way in enrolled if STATUS.get(way)), default=None),
        "flexible_pension_enrolled_on": max((on for on, way in enrolled if way == "flexible"), default=None),
    }
    # The scheme for illness has no date of its own: the newer row, by the day its job began, says which it is.
    if jobs := _jobs(person, day):
        facts["has_employee_medical"] = jobs[-1]["医疗保险类型"] == "职工医保"
    return facts
