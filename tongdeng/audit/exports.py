"""What the worker needs: the loop that seals."""

from tongdeng.audit.loop import EVERY, sealing

__all__ = ["EVERY", "sealing"]
