"""What the installer writes."""

from tongdeng.org.models import BureauName

__all__ = ["BureauName"]
