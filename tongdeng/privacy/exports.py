"""What the sites need besides actions and selectors: the form of a phone."""

from tongdeng.privacy.codes import read_phone

__all__ = ["read_phone"]
