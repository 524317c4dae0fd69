"""The arithmetic of intervals, for whoever shows a figure."""

from tongdeng.insight import intervals

__all__ = ["intervals"]
