"""How good the rolls are: counted while they are read, compared afterwards, and given back to be corrected."""

from tongdeng.intake.quality.counting import Counter

__all__ = ["Counter"]
