"""What config hands down to intake: sealing, opening and naming of rows with health columns."""

from tongdeng.care import door
from tongdeng.care.seal import has_key, row_digest, seal, unseal
from tongdeng.care.types import HealthRow, Refused

__all__ = ["HealthRow", "Refused", "door", "has_key", "row_digest", "seal", "unseal"]
