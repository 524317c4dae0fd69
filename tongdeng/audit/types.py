"""Who acts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """One who acts: a member of staff in a post, or a command or job of this installation (no post)."""

    purpose: str
    staff_id: int | None = None
    post_id: int | None = None
    origin: str = "command"  # `web`, `command` or `job`


def command(purpose: str) -> Actor:
    """Return the actor of a command that an operator types on the server."""
    return Actor(purpose=purpose, origin="command")


def job(purpose: str) -> Actor:
    """Return the actor of a background job."""
    return Actor(purpose=purpose, origin="job")
