"""Checks a law folder: schema, types, dates, worked cases, and packages of several departments' services."""

from dataclasses import dataclass
from pathlib import Path

from tongdeng.rules.faults import Fault
from tongdeng.rules.loader import read_folder
from tongdeng.rules.model import Law
from tongdeng.rules.packages import read_packages


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything found in a folder. `law` is there where nothing is at fault."""

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    law: Law | None


def check(folder: Path) -> Findings:
    """Return every fault and warning of a law folder; raise UnusableInput where it has no `facts.yaml`."""
    reading = read_folder(folder)
    _, of_packages = read_packages(folder, frozenset(reading.services))
    faults = (*reading.faults, *of_packages)
    return Findings(faults, tuple(reading.warnings), None if faults else reading.law)
