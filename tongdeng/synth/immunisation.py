"""The vaccination roll of children under seven, after the national schedule of 2026."""

from datetime import date, timedelta
from random import Random

from tongdeng.synth.noise import Clerk
from tongdeng.synth.people import age_on
from tongdeng.synth.places import NAME_OF
from tongdeng.synth.population import County
from tongdeng.synth.rolls import Written, iso

# Vaccine and the age in months from which each of its doses is due.
SCHEDULE: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("乙肝疫苗", (0, 1, 6)), ("卡介苗", (0,)), ("脊灰灭活疫苗", (2, 3)), ("脊灰减毒活疫苗", (4, 48)),
    ("百白破疫苗", (2, 4, 6, 18, 72)), ("麻腮风疫苗", (8, 18)), ("乙脑减毒活疫苗", (8, 24)),
    ("A群流脑多糖疫苗", (6, 9)), ("A群C群流脑多糖疫苗", (36, 72)), ("甲肝减毒活疫苗", (18,)),
)  # fmt: skip


def immunisation(county: County, clerk: Clerk) -> Written:
    """Yield a row for each dose given to a migrant child who lives here."""
    chance = Random(f"{county.seed}:immunisation").random
    for person in county.people:
        if person.is_local or not person.is_here or age_on(county.as_of, person.born_on) > 6:
            continue
        dwelling = person.stays[-1].dwelling
        clinic = NAME_OF[dwelling.community[:9] + "000"] + "卫生院"
        mother = person.mother
        known = [person.name, person.number, "男" if person.sex == "male" else "女", iso(person.born_on),
                 mother.name if mother else "", mother.number if mother else "", person.phone,
                 dwelling.community, dwelling.address]  # fmt: skip
        for vaccine, ages in SCHEDULE:
            for dose, months in enumerate(ages, 1):
                given_on: date = person.born_on + timedelta(int(months * 30.5 + 25 * chance() * (months > 0)))
                if given_on <= county.as_of and chance() < 0.95:
                    row = [*known, vaccine, str(dose), iso(given_on), clinic]
                    for written in clerk.write(row, person):
                        yield written, person
