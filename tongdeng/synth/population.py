"""People and households of the county, when they came, where they moved and whether they left."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tongdeng.kernel.citizen_id import check_character
from tongdeng.synth.likeness import USUAL, Likeness
from tongdeng.synth.names import NameMaker
from tongdeng.synth.people import Household, Lease, Person, Stay, age_on
from tongdeng.synth.places import LOCAL, Dwelling, HomeCounty, Places

_KINDS = ("single", "couple", "family", "one_parent", "elders", "dormitory", "site")
_SHARES = (0.41, 0.18, 0.22, 0.03, 0.04, 0.08, 0.04)
_LODGINGS = ("租赁房屋", "自购房", "居民家中", "其他")
_LODGING_SHARES = (0.78, 0.11, 0.08, 0.03)
_OLDEST_STAY = 5500  # days


@dataclass(slots=True)
class County:
    """Everything that is true in the synthetic county on `as_of`."""

    as_of: date
    seed: int
    places: Places
    people: list[Person] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)
    empty_dwellings: list[Lease] = field(default_factory=list)


class PersonMaker:
    """Makes persons with valid, unique id numbers and phones."""

    def __init__(self, chance: Random, places: Places, as_of: date) -> None:
        self._chance, self._random, self._places, self._as_of = chance, chance.random, places, as_of
        self.names = NameMaker(chance)
        self._numbers: set[str] = set()
        self._babies: set[tuple[str, date, str]] = set()
        self._serial = 0

    def _number(self, home: HomeCounty, born_on: date, sex: str) -> str:
        # Most people got their number where they are registered now, some before an earlier move.
        division = home.code if self._random() < 0.93 else self._places.home_county().code
        while True:
            sequence = 2 * int(self._random() * 490) + (1 if sex == "male" else 2)
            first17 = f"{division}{born_on:%Y%m%d}{sequence:03d}"
            if first17 not in self._numbers:
                self._numbers.add(first17)
                return first17 + check_character(first17)

    def phone(self) -> str:
        """Return an invented mobile number."""
        return f"100{int(self._random() * 10**8):08d}"

    def _identity(self, sex: str, born_on: date, surname: str, first: str) -> tuple[str, str]:
        if not surname and self._random() < 0.012:
            return self.names.dotted(sex)
        surname = surname or self.names.surname()
        return surname + self.names.given(sex, born_on.year, first), self.names.ethnic_group()

    def person(
        self, sex: str, born_on: date, home: HomeCounty, home_address: str, *, surname: str = "", first: str = ""
    ) -> Person:
        """Return a new person without any history."""
        name, group = self._identity(sex, born_on, surname, first)
        self._serial += 1
        is_baby = (self._as_of - born_on).days <= 300
        if is_baby:
            # Half of them have no number yet: name, birth date and sex must be theirs alone.
            while (name, born_on, sex) in self._babies:
                name += self.names.given(sex, born_on.year)[-1]
            self._babies.add((name, born_on, sex))
        number = "" if is_baby and self._random() < 0.5 else self._number(home, born_on, sex)
        key = f"S{self._serial:07d}"
        return Person(key, name, sex, group, born_on, number, home, home_address, self.phone())

    def namesake(self, other: Person) -> Person:
        """Return another person of the same name, sex and birth date, from elsewhere."""
        home = self._places.home_county()
        twin = self.person(other.sex, other.born_on, home, self._places.home_address(home))
        if twin.number:
            twin.name, twin.ethnic_group = other.name, other.ethnic_group
        return twin


class Settler:
    """Builds the county household by household until exactly `people` migrants live there on `as_of`."""

    def __init__(self, people: int, seed: int, as_of: date, likeness: Likeness = USUAL) -> None:
        self._people, self._as_of, self._likeness = people, as_of, likeness
        self._chance = Random(f"{seed}:people")
        self._random = self._chance.random
        places = Places(Random(f"{seed}:places"), people)
        self._places = places
        self.maker = PersonMaker(self._chance, places, as_of)
        self.county = County(as_of, seed, places)

    def settle(self) -> County:
        """Return the county: those who live there, a tenth more who left, and some registered residents."""
        self._fill(self._people, is_leaving=False)
        self._fill(self._people // 10, is_leaving=True)
        for _ in range(self._people // 50):
            self._local_family()
        return self.county

    def _fill(self, people: int, *, is_leaving: bool) -> None:
        missing = people
        while missing > 0:
            kind = self._chance.choices(_KINDS, _SHARES)[0]
            household = self._household(kind, missing, is_leaving=is_leaving)
            missing -= len(household.members)
            self.county.households.append(household)
            self.county.people += household.members

    def _day_before(self, day: date, mean: float, most: int = _OLDEST_STAY) -> date:
        while (back := int(self._chance.expovariate(1 / mean))) > most:
            pass
        return day - timedelta(back)

    def _born(self, youngest: float, oldest: float, power: float = 1.0) -> date:
        years = youngest + (oldest - youngest) * self._random() ** power
        return self._as_of - timedelta(int(years * 365.25) + 1)

    def _household(self, kind: str, room: int, *, is_leaving: bool) -> Household:
        left_on = self._as_of - timedelta(int(1 + 1000 * self._random() ** 1.6)) if is_leaving else None
        came_on = self._day_before(left_on or self._as_of, 500 if is_leaving else 1150)
        if is_leaving:
            came_on -= timedelta(20)
        home = self._places.home_county()
        address = self._places.home_address(home)
        if kind in ("dormitory", "site"):
            return self._workers(kind, room, came_on, left_on)
        members = self._family(kind, home, address)[:room]
        adult = members[0]
        # Nobody comes alone as a child: the first of a household is at least sixteen on arrival.
        sixteen = adult.born_on + timedelta(int(16.2 * 365.25))
        came_on = max(came_on, min(sixteen, (left_on or self._as_of) - timedelta(1)))
        household = Household(kind, members, self._timeline(kind, came_on, left_on))
        for member in members:
            self._live(member, household)
        # A child born after the family had left was never here.
        household.members = [member for member in members if member.stays]
        return household

    def _family(self, kind: str, home: HomeCounty, address: str) -> list[Person]:
        person, names, random = self.maker.person, self.maker.names, self._random
        sex = "male" if random() < 0.56 else "female"
        if kind == "single":
            old = random() < 0.07
            if random() < self._likeness.namesakes and self.county.people:
                other = self._chance.choice(self.county.people)
                if is_adult(other, self._as_of - timedelta(700)):
                    return [self.maker.namesake(other)]
            one = person(sex, self._born(56, 78) if old else self._born(17.5, 48), home, address)
            one.marital = "丧偶" if old else "已婚" if random() < 0.35 else "未婚"
            return [one]
        surname = names.surname()
        born = self._born(23, 60) if kind == "couple" else self._born(27, 49)
        head = person("male" if kind != "one_parent" or random() < 0.3 else "female", born, home, address,
                      surname=surname if random() < 0.985 else "")  # fmt: skip
        members = [head]
        head.marital = "离婚" if kind == "one_parent" else "已婚"
        if kind != "one_parent":
            elsewhere = random() < 0.3
            own = self._places.home_county() if elsewhere else home
            wife = person("female", born + timedelta(int((random() - 0.35) * 2600)), own,
                          self._places.home_address(own) if elsewhere else address)  # fmt: skip
            wife.marital = "已婚"
            members.append(wife)
        if kind != "couple":
            members += self._children(members, home, address, surname)
        if kind == "elders":
            granny = person("female" if random() < 0.6 else "male", self._born(57, 80), home, address)
            granny.marital, granny.reason = ("丧偶" if random() < 0.6 else "已婚"), "投靠亲友"
            members.append(granny)
        return members

    def _children(self, parents: list[Person], home: HomeCounty, address: str, surname: str) -> list[Person]:
        mother = next((p for p in parents if p.sex == "female"), None)
        # A parent is at least twenty when the first child is born.
        oldest = min(17.9, min(self._as_of.year - p.born_on.year for p in parents) - 20.5)
        children: list[Person] = []
        for _ in range(1 if self._random() < 0.42 else 2):
            born = self._born(0.02, max(0.5, oldest), 0.75)
            if any(abs((born - other.born_on).days) < 330 for other in children):
                continue
            twins = 2 if self._random() < self._likeness.twins else 1
            first = ""
            for _ in range(twins):
                sex = "male" if self._random() < 0.52 else "female"
                child = self.maker.person(sex, born, home, address, surname=surname, first=first)
                self._name_apart(child, children, surname, first)
                child.reason, child.guardian, child.mother = "投靠亲友", self._chance.choice(parents), mother
                child.phone = child.guardian.phone
                first = child.name[len(surname)] if twins == 2 and len(child.name) > len(surname) else ""
                children.append(child)
        return children

    def _name_apart(self, child: Person, others: list[Person], surname: str, first: str) -> None:
        while not self._likeness.twins_share_names and any(child.name == other.name for other in others):
            child.name = surname + self.maker.names.given(child.sex, child.born_on.year, first)

    def _workers(self, kind: str, room: int, came_on: date, left_on: date | None) -> Household:
        if kind == "site":
            employer, dwelling = self._places.site()
        else:
            employer = self._places.employer()
            dwelling = self._places.room_of(employer)
        sex = "male" if kind == "site" or self._random() < 0.5 else "female"
        members: list[Person] = []
        household = Household(kind, members, [(dwelling, came_on, left_on)], employer)
        for _ in range(min(room, 3 + int(self._random() * 6))):
            worker = self._worker(kind, sex, members)
            born = worker.born_on
            worker.marital = "已婚" if self._random() < 0.5 else "未婚"
            members.append(worker)
            latest = (left_on or self._as_of) - timedelta(1)
            own = max(self._day_before(left_on or self._as_of, 600), born + timedelta(5900))
            worker.stays = [Stay(dwelling, min(own, latest), left_on)]
        return household

    def _worker(self, kind: str, sex: str, members: list[Person]) -> Person:
        # No chance is drawn where there are no such roommates: what a seed gives stays as it is.
        if members and self._likeness.roommates and self._random() < self._likeness.roommates:
            return self.maker.namesake(self._chance.choice(members))
        home = self._places.home_county()
        born = self._born(18, 50 if kind == "dormitory" else 58)
        return self.maker.person(sex, born, home, self._places.home_address(home))

    def _timeline(self, kind: str, came_on: date, left_on: date | None) -> list[tuple[Dwelling, date, date | None]]:
        lodging = self._chance.choices(_LODGINGS, _LODGING_SHARES)[0]
        line: list[tuple[Dwelling, date, date | None]] = []
        start, days = came_on, ((left_on or self._as_of) - came_on).days
        for _ in range(2):
            if days > 60 and self._random() < 0.085:
                end = start + timedelta(int(30 + (days - 50) * self._random()))
                line.append((self._places.dwelling("租赁房屋"), start, end))
                # A few went home for some weeks before they came back.
                start = end + timedelta(int(20 * self._random()) if self._random() < 0.12 else 0)
                days = ((left_on or self._as_of) - start).days
        line.append((self._places.dwelling(lodging), start, left_on))
        return line

    def _live(self, member: Person, household: Household) -> None:
        came = household.timeline[0][1]
        if member.guardian is not None and self._random() < 0.25:
            came = min(came + timedelta(int(700 * self._random())), self._last_day(household))
        came = max(came, member.born_on)
        member.stays = [
            Stay(dwelling, max(start, came), end)
            for dwelling, start, end in household.timeline
            if end is None or end > came
        ]

    def _last_day(self, household: Household) -> date:
        return (household.timeline[-1][2] or self._as_of) - timedelta(1)

    def _local_family(self) -> None:
        address = self._places.dwelling("自购房").address
        members = self._family("family", LOCAL, address)
        for member in members:
            # A spouse from elsewhere would be a migrant without a stay; keep the family registered here.
            member.home, member.home_address, member.is_local = LOCAL, address, True
        dwelling = self._places.dwelling("自购房")
        self.county.households.append(Household("local", members, [(dwelling, members[0].born_on, None)]))
        self.county.people += members


def build(people: int, seed: int, as_of: date, likeness: Likeness = USUAL) -> County:
    """Return the county in which exactly `people` migrants live on `as_of`."""
    return Settler(people, seed, as_of, likeness).settle()


def is_adult(person: Person, day: date) -> bool:
    """Tell whether the person may work: sixteen or older."""
    return age_on(day, person.born_on) >= 16
