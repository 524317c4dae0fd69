"""Checks a law folder: schema, types, dates and worked cases."""

from dataclasses import dataclass
from pathlib import Path

from tongdeng.rules.faults import Fault
from tongdeng.rules.loader import read_folder
from tongdeng.rules.model import Law


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything found in a folder. `law` is there where nothing is at fault."""

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    law: Law | None


def check(folder: Path) -> Findings:
    """Return every fault and warning of a law folder; raise UnusableInput where it has no `facts.yaml`."""
    reading = read_folder(folder)
    return Findings(tuple(reading.faults), tuple(reading.warnings), None if reading.faults else reading.law)
