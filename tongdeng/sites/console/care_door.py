"""What the console may ask of sealed care; config connects it. Without it the door is closed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tongdeng.audit.types import Actor


class Shut(Exception):
    """Care refused; `why` is the reason it gave."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Door:
    """A question in a member of staff's name, its refusal, and an emergency as it comes back."""

    ask: Callable[..., Any]
    refused: type[Exception]
    told: Callable[[Any], Any]


_connected: list[Door] = []


def connect(door: Door) -> None:
    """Let the console ask through this door from now on."""
    _connected[:] = [door]


def ask(what: str, by: Actor, **given: Any) -> Any:
    """Ask care something. Raises Shut."""
    if not _connected:
        raise Shut("closed")
    try:
        return _connected[0].ask(what, by, **given)
    except _connected[0].refused as error:
        raise Shut(getattr(error, "why", "closed")) from error


def told(said: Any) -> Any:
    """Return an emergency from what the door said."""
    return _connected[0].told(said)
