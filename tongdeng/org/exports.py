"""What the installer writes, the workbook that starts a county, and the column every table with a territory has."""

from tongdeng.org import changes, county
from tongdeng.org.change_faults import ChangesFaulty, Fault, fault
from tongdeng.org.county_template import county_template
from tongdeng.org.fields import DivisionCodeField
from tongdeng.org.models import BureauName

__all__ = [
    "BureauName", "ChangesFaulty", "DivisionCodeField", "Fault", "changes", "county", "county_template", "fault",
]  # fmt: skip
