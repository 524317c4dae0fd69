"""What the installer writes, the workbook of a county, the column of every territory, rights and signing in."""

from tongdeng.org import changes, county, guarded, rights, signing_in
from tongdeng.org.change_faults import ChangesFaulty, Fault, fault
from tongdeng.org.county_file import KINDS, is_login
from tongdeng.org.county_template import county_template
from tongdeng.org.fields import DivisionCodeField
from tongdeng.org.models import BureauName

__all__ = [
    "KINDS", "BureauName", "ChangesFaulty", "DivisionCodeField", "Fault", "changes", "county", "county_template",
    "fault", "guarded", "is_login", "rights", "signing_in",
]  # fmt: skip
