"""The calendar of working days."""

from tongdeng.work import calendar

__all__ = ["calendar"]
