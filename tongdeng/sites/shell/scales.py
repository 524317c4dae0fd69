"""Geometry of the drawings the server makes: positions along an axis, as percentages of its width."""

from dataclasses import dataclass

STEP = 0.05


@dataclass(frozen=True)
class Ranked:
    """One place of a ranked plot. Shares are of 1; `value` None means that nobody was due anything."""

    name: str
    numerator: int
    denominator: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Dot:
    """A ranked place with its positions on the axis and what may be claimed about it."""

    place: Ranked
    at: float
    from_: float
    to: float
    claim: str  # below, unclear, above


@dataclass(frozen=True)
class Plot:
    """A ranked dot plot: places worst first, ticks of the axis, the target's position."""

    dots: tuple[Dot, ...]
    without: tuple[Ranked, ...]
    ticks: tuple[tuple[float, str], ...]
    target: float
    target_at: float


def claim(place: Ranked, target: float) -> str:
    """Return `below` or `above` only where the whole interval is; an interval that holds the target claims nothing."""
    if place.high is not None and place.high < target:
        return "below"
    if place.low is not None and place.low >= target:
        return "above"
    return "unclear"


def floor_of(shares: list[float]) -> float:
    """Return the tick at or under the smallest share: the axis starts there, not at 0."""
    lowest = min(shares, default=0.0)
    return max(0.0, int(lowest / STEP + 1e-9) * STEP)


def rank(places: tuple[Ranked, ...], target: float) -> Plot:
    """Sort places worst first and set them on one axis that ends at 100%."""
    known = sorted((place for place in places if place.value is not None), key=lambda place: (place.value, place.name))
    start = floor_of([share for place in known for share in (place.value, place.low, target) if share is not None])

    def at(share: float) -> float:
        return round((share - start) / (1 - start) * 100, 2)

    dots = tuple(
        Dot(place, at(place.value), at(place.low), at(place.high), claim(place, target))
        for place in known
        if place.value is not None and place.low is not None and place.high is not None
    )
    wide = 0.05 if start >= 0.75 else 0.1 if start >= 0.5 else 0.2 if start > 0 else 0.25
    marks = [1 - wide * number for number in range(int((1 - start) / wide + 1e-9) + 1)]
    ticks = tuple((at(share), f"{share * 100:.0f}%") for share in reversed(marks))
    return Plot(dots, tuple(place for place in places if place.value is None), ticks, target, at(target))
