"""What other packages need of papers besides issuing them: the kinds, and the letters they are printed with."""

from tongdeng.papers.printing import font
from tongdeng.papers.templates import known as kinds

__all__ = ["font", "kinds"]
