"""A police roll into an empty register, and everyone determined from it."""

from pathlib import Path
from typing import Any

from tests.bench.measure import AS_OF, say, timed


def bench_roll(folder: Path, people: int) -> None:
    """Take a police roll into an empty register, and determine everyone."""
    from tests.databases import logged_in_as, open_empty, owner_here
    from tongdeng.audit.types import command
    from tongdeng.insight import actions as insight
    from tongdeng.intake import actions as intake
    from tongdeng.synth.files import write_county

    write_county(people=people, seed=1, out=folder, as_of=AS_OF)
    roll, by = folder / "police.csv", command("intake")
    open_empty()
    with logged_in_as("job"):
        batch = intake.receive_roll(source="police", path=roll, as_at=AS_OF, by=by)
        took, counts = timed(lambda: intake.import_roll(batch_id=batch, path=roll, by=by))
        determined, totals = timed(lambda: insight.refresh_everyone(as_of=AS_OF, by=command("determine")))
    with owner_here() as owner:
        bare, _ = timed(lambda: bare_copy(owner, roll))
    say(f"roll import, {counts['rows']:,} rows", took, "a bare COPY of the file", bare, "100 s at 1,000,000")
    say(f"determine and measure, {totals.people:,} people", determined, "the same COPY", bare, "15 s at 1,000,000")


def bare_copy(connection: Any, roll: Path) -> None:
    """Load a file into a table of text columns: the least that any import must do."""
    with roll.open(encoding="utf-8") as file, connection.cursor() as cursor:
        columns = ", ".join(f"c{i} text" for i in range(len(file.readline().split(","))))
        cursor.execute(f"CREATE TEMP TABLE bare ({columns})")
        with cursor.copy("COPY bare FROM STDIN (FORMAT csv)") as copy:
            for line in file:
                copy.write(line)
