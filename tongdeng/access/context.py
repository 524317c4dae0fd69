"""The signed context that row security reads: `post|purpose|person|expiry|mac`."""

import hashlib
import hmac

SETTING = "tongdeng.context"
BLOCK = 64  # bytes, SHA-256
LIFE_SECONDS = 3600  # longer than any page and most jobs; a job that needs more enters again


def pads(key: bytes) -> tuple[bytes, bytes]:
    """Return the inner and outer pad of HMAC-SHA256, precomputed so that plain `sha256()` in SQL can check a mac."""
    padded = key.ljust(BLOCK, b"\0")
    return bytes(b ^ 0x36 for b in padded), bytes(b ^ 0x5C for b in padded)


def sign(key: bytes, *, post: int, purpose: str, person: int, expiry: int) -> str:
    """Return the context text. `expiry` is in seconds since 1970 by the server's clock."""
    body = f"{post}|{purpose}|{person}|{expiry}"
    return f"{body}|{hmac.new(key, body.encode(), hashlib.sha256).hexdigest()}"
