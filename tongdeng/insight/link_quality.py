"""How many of the automatic links that clerks checked are right, with the interval that so few checks allow."""

from dataclasses import dataclass

from tongdeng.insight import intervals
from tongdeng.intake.exports import review


@dataclass(frozen=True, slots=True)
class Precision:
    """The checked links of one method and model; `share` None: nothing was checked yet."""

    method: str
    model: str
    right: int
    checked: int
    open: int
    share: float | None
    low: float | None
    high: float | None


def link_precision() -> list[Precision]:
    """Return the measured precision of each method and version of the model, among the links the reader may see."""
    return [_measured(one) for one in review.sampled()]


def _measured(one: review.Sampled) -> Precision:
    checked = one.right + one.wrong
    low, high = intervals.share(one.right, checked) or (None, None)
    return Precision(
        one.method, one.model, one.right, checked, one.open, one.right / checked if checked else None, low, high
    )
