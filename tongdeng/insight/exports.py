"""The arithmetic of intervals and of withholding, for whoever shows a figure or lets it leave; how sure links are."""

from tongdeng.insight import disclosure, intervals, link_quality

__all__ = ["disclosure", "intervals", "link_quality"]
