"""People made up from a vocabulary: values at the edges, leap days, month ends, and many gaps; the same each time."""

import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from tests.spec.engines import facts_file
from tongdeng.rules.model import Fact, FactType, Law, Value

_EDGES = [date(2024, 2, 29), date(2023, 2, 28), date(2026, 1, 31), date(2025, 12, 31), date(2020, 2, 29)]


def write_people(path: Path, law: Law, count: int, day: date) -> Path:
    """Write so many people with facts of the law as Parquet, and return the path."""
    chance = random.Random(count)
    rows = [{name: _value(fact, day, chance) for name, fact in law.facts.items()} for _ in range(count)]
    # Not in the order of the ids, which an engine might sort by.
    ids = [f"{(number * 7919) % count:05}" for number in range(count)]
    return facts_file(path, law.facts, rows, person_id=pa.array(ids, pa.string()))


def _value(fact: Fact, day: date, chance: random.Random) -> Value:
    if chance.random() < 0.2:
        return None
    match fact.type:
        case FactType.INTEGER:
            return chance.choice((0, 1, 3, 6, 12, 15, 16, 17, 18, 35, 59, 60, 65, 80, chance.randint(0, 30_000)))
        case FactType.DECIMAL:
            return Decimal(chance.randint(0, 1_000_000)) / 100
        case FactType.BOOLEAN:
            return chance.random() < 0.7
        case FactType.CODE:
            return chance.choice(fact.values)
        case FactType.DATE:
            return chance.choice(_EDGES) if chance.random() < 0.2 else day - timedelta(days=chance.randint(-40, 20_000))
