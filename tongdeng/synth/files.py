"""Writes a synthetic county to a folder: the departments' rolls, and the truth about who is who in them."""

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.synth import headers, immunisation, returns, rolls
from tongdeng.synth.likeness import USUAL, Likeness
from tongdeng.synth.lives import Lives
from tongdeng.synth.noise import MULTIPLIERS, Clerk, Row
from tongdeng.synth.population import County, build
from tongdeng.synth.reach import Reach
from tongdeng.synth.rolls import Written
from tongdeng.synth.services import Counter

Progress = Callable[[str, int], None]
Rolls = Iterator[tuple[str, tuple[str, ...], Written]]


def make_county(people: int, seed: int, as_of: date, likeness: Likeness = USUAL) -> tuple[County, Reach]:
    """Return a county with `people` migrants living in it, and how far services reached in it."""
    county, reach = build(people, seed, as_of, likeness), Reach(seed, as_of)
    Lives(county, reach).live()
    return county, reach


def _rolls(county: County, reach: Reach, noise: int, likeness: Likeness) -> Rolls:
    def clerk(roll: str, columns: tuple[str, ...]) -> Clerk:
        return Clerk(roll, columns, noise, county.seed, likeness)

    # First, because joining the residents' medical insurance shows in the social-insurance roll too.
    records = Counter(county, reach, with_sealed=noise > 0).deliveries()
    yield "police", headers.POLICE, rolls.police(county, clerk("police", headers.POLICE))
    yield "hrss", headers.HRSS, rolls.hrss(county, clerk("hrss", headers.HRSS))
    yield "education", headers.EDUCATION, rolls.education(county, clerk("education", headers.EDUCATION))
    yield "housing", headers.HOUSING, rolls.housing(county, clerk("housing", headers.HOUSING))
    yield "deliveries", headers.DELIVERIES, rolls.deliveries(records, clerk("deliveries", headers.DELIVERIES))
    columns = headers.IMMUNISATION
    yield "immunisation", columns, immunisation.immunisation(county, clerk("immunisation", columns))


def write_county(
    *,
    people: int,
    seed: int,
    out: Path,
    as_of: date,
    noise: int = 1,
    likeness: Likeness = USUAL,
    progress: Progress | None = None,
) -> list[Path]:
    """Write all rolls and `truth.csv`; return the files. The same arguments give the same bytes."""
    if people < 1 or not 0 <= noise < len(MULTIPLIERS):
        raise UnusableInput(
            "synth.arguments.invalid",
            Text("人数至少为1，噪声级别为0至3", "at least one person, and a noise level from 0 to 3"),
            place=f"people={people} noise={noise}",
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
        county, reach = make_county(people, seed, as_of, likeness)
        returned = returns.rows(seed, people, reach)
        rolls_of = _rolls(county, reach, noise, likeness)
        return list(_write_all(rolls_of, returned, out, noise, progress or (lambda name, rows: None)))
    except OSError as error:
        fact = Text("不能写入该文件夹", "the folder cannot be written to")
        raise UnusableInput("synth.out.unusable", fact, place=f"{error.filename}: {error.strerror}") from error


def _write_all(rolls_of: Rolls, returned: Iterator[Row], out: Path, noise: int, progress: Progress) -> Iterator[Path]:
    truth_path = out / "truth.csv"
    with truth_path.open("w", encoding="utf-8", newline="") as truth_file:
        truth = csv.writer(truth_file, lineterminator="\n")
        truth.writerow(headers.TRUTH)
        for roll, columns, written in rolls_of:
            path = out / f"{roll}.csv"
            # The social-insurance bureau still exports in the national character set.
            encoding = "gb18030" if roll == "hrss" and noise else "utf-8"
            progress(path.name, _write(path, columns, _witnessed(written, path.name, truth.writerow), encoding))
            yield path
    path = out / "residents-return.csv"
    progress(path.name, _write(path, headers.RESIDENTS_RETURN, returned, "utf-8"))
    yield path
    yield truth_path


def _witnessed(written: Written, name: str, testify: Callable[[Sequence[str | int]], object]) -> Iterator[Row]:
    """Pass the rows on, and write down whose each of them is."""
    for number, (row, person) in enumerate(written, 1):
        testify((name, number, person.key if person else ""))
        yield row


def _write(path: Path, columns: tuple[str, ...], rows: Iterator[Row], encoding: str) -> int:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        count = 0
        for count, row in enumerate(rows, 1):  # noqa: B007
            writer.writerow(row)
    return count
