"""What the sites need besides acts and reads: letting a call in."""

from tongdeng.connect import addresses, calls

__all__ = ["addresses", "calls"]
