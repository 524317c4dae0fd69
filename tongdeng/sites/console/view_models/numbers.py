"""One person's numbers in full."""

from dataclasses import dataclass

from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.frame import Fault


@dataclass(frozen=True)
class NumbersPage:
    """The question for a reason, or the numbers this once."""

    ref: str
    name: str
    reasons: tuple[tuple[str, Text], ...]
    numbers: tuple[tuple[Text, str], ...] = ()
    is_shown: bool = False
    faults: tuple[Fault, ...] = ()
