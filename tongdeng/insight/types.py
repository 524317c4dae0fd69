"""Figures and how sure they are."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Figure:
    """A measure of one division on one day. `value` is None when the denominator is zero."""

    code: str
    division: str
    day: date
    numerator: int
    denominator: int
    target: float | None = None
    is_exact: bool = True  # False: restated on another map, and a split makes it inexact

    @property
    def value(self) -> float | None:
        """Return numerator / denominator, unrounded."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True)
class Gap:
    """Migrants beside registered residents for one service."""

    service: str
    migrants: Figure
    residents: Figure
    difference: float
    interval: tuple[float, float]
