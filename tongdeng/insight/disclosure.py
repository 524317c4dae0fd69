"""Small counts do not leave a bureau: cells under five are withheld, and one more where a sum would give them away."""

from collections.abc import Sequence

from tongdeng.insight.types import Figure

LEAST = 5


def is_small(figure: Figure) -> bool:
    """Tell whether a figure shows fewer than five people or services, given or missing; zero shows nobody."""
    parts = (figure.numerator, figure.denominator, figure.denominator - figure.numerator)
    return any(0 < part < LEAST for part in parts)


def withheld(figures: Sequence[Figure]) -> frozenset[str]:
    """Return the divisions whose figures are withheld, of one measure in one larger place whose total is published.

    A single withheld cell could be had by subtracting the others from the total, so the smallest of the others goes
    with it (complementary suppression; Willenborg and de Waal 2001, chapter 2).
    """
    hidden = {figure.division for figure in figures if is_small(figure)}
    others = [figure for figure in figures if figure.division not in hidden and figure.denominator]
    if len(hidden) == 1 and others:
        hidden.add(min(others, key=lambda figure: (figure.denominator, figure.division)).division)
    return frozenset(hidden)
