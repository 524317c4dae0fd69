"""The peer: the same rules in OpenFisca, from the same file to counts by service and town, as one process.

`python -m tests.bench.openfisca FACTS DAY OUT`, in an environment that has it; `--timed` before the words runs that in
a process of its own and prints how long all of it took. What is not known is 0 or false: OpenFisca has no unknown.
"""

import csv
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

BEGUN = time.perf_counter()
SERVICES = 50
NUMBERS = ("age", "months", "income")


def months_since(arrived: Any, day: str) -> Any:
    """Return the completed months to a day; a shorter month is complete on its last day."""
    import numpy

    now = numpy.datetime64(day)
    month = arrived.astype("datetime64[M]")
    months = (now.astype("datetime64[M]") - month).astype(int)
    day_of = (arrived - month.astype("datetime64[D]")).astype(int)
    today = (now - now.astype("datetime64[M]").astype("datetime64[D]")).astype(int)
    is_last = (now + 1).astype("datetime64[M]") != now.astype("datetime64[M]")
    return months - ((day_of > today) & ~is_last)


def system() -> Any:
    """Return the rules as OpenFisca has them: a variable for each fact and each service."""
    from openfisca_core.entities import build_entity
    from openfisca_core.model_api import DAY, Variable
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem

    person = build_entity(key="person", plural="persons", label="a person", is_person=True)
    rules = TaxBenefitSystem([person])

    def add(name: str, kind: type, formula: Any = None) -> None:
        body = {"value_type": kind, "entity": person, "definition_period": DAY, "label": name}
        rules.add_variable(type(name, (Variable,), {**body, **({"formula": formula} if formula else {})}))

    for name in (*NUMBERS, "months_here"):
        add(name, int)
    add("enrolled", bool)
    for number in range(1, SERVICES + 1):
        add(f"service_{number:02}", bool, service(number))
    return rules


def service(n: int) -> Any:
    """Return the formula of a service; the same four conditions as `rules.write_law` writes."""

    def formula(person: Any, period: Any, parameters: Any = None) -> Any:
        months = person("months", period)
        return (
            (person("age", period) >= n)
            * (person("months_here", period) >= n)
            * (person("income", period) / 2 < n * 100)
            * (~person("enrolled", period) | ((months >= n) & (months <= 60)))
        )

    return formula


def main() -> None:
    """Count, write the counts, and say where the time went."""
    import numpy
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
    from openfisca_core.simulations import SimulationBuilder

    facts, day, out = sys.argv[1:]
    rules = system()
    marks = [BEGUN, time.perf_counter()]
    table = pq.read_table(facts, columns=[*NUMBERS, "arrived_on", "enrolled", "town"])
    simulation = SimulationBuilder().build_default_simulation(rules, count=table.num_rows)
    for name in NUMBERS:
        simulation.set_input(name, day, pc.fill_null(table[name], 0).to_numpy())
    simulation.set_input("enrolled", day, pc.fill_null(table["enrolled"], False).to_numpy())
    simulation.set_input("months_here", day, months_since(table["arrived_on"].to_numpy().astype("datetime64[D]"), day))
    towns = table["town"].combine_chunks().dictionary_encode()
    codes, names = towns.indices.to_numpy(), towns.dictionary.to_pylist()
    marks.append(time.perf_counter())
    answers = [simulation.calculate(f"service_{number:02}", day) for number in range(1, SERVICES + 1)]
    marks.append(time.perf_counter())
    everyone = numpy.bincount(codes, minlength=len(names))
    with Path(out).open("w", encoding="utf-8", newline="") as file:
        rows = []
        for number, answer in enumerate(answers, start=1):
            granted = numpy.bincount(codes[answer], minlength=len(names))
            for town, yes, total in zip(names, granted.tolist(), everyone.tolist(), strict=True):
                rows += [(town, f"GOV-{number:02}", "yes", yes), (town, f"GOV-{number:02}", "no", total - yes)]
        csv.writer(file).writerows(sorted(rows))
    marks.append(time.perf_counter())
    steps = ("start and law", "load", "evaluate", "count")
    print(json.dumps({name: marks[n + 1] - marks[n] for n, name in enumerate(steps)}))


def timed(words: list[str]) -> None:
    """Run it in a process of its own; print its steps and the whole time."""
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "tests.bench.openfisca", *words], capture_output=True, check=True)
    print(json.dumps({**json.loads(done.stdout), "whole": time.perf_counter() - begun}))


if __name__ == "__main__":
    if sys.argv[1] == "--timed":
        timed(sys.argv[2:])
    else:
        main()
