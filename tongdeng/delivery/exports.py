"""Call-backs of declines, for the pages that show them."""

from tongdeng.delivery import callbacks

__all__ = ["callbacks"]
