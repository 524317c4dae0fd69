"""What other packages need: the cryptographic module over the register's keys, or over care's."""

from tongdeng.keys import columns
from tongdeng.keys.rotation import left_under_older_keys
from tongdeng.keys.selectors import Keys, look_again, ring, use, wrapped
from tongdeng.keys.types import NO_KEY, Root

__all__ = ["NO_KEY", "Keys", "Root", "columns", "left_under_older_keys", "look_again", "ring", "use", "wrapped"]
