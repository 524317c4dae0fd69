"""What the installer writes, and the column every table with a territory has."""

from tongdeng.org.fields import DivisionCodeField
from tongdeng.org.models import BureauName

__all__ = ["BureauName", "DivisionCodeField"]
