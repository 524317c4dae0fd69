"""The arithmetic of intervals and of withholding, for whoever shows a figure or lets it leave."""

from tongdeng.insight import disclosure, intervals

__all__ = ["disclosure", "intervals"]
