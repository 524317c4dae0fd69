"""Who has which phone, and who agreed to be told outside: known to packages above, whose functions are passed in."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contacts:
    """The functions of the packages above that a message to a person needs when it leaves."""

    ids: Callable[[int], list[int]]  # every id somebody has had, the present one first
    phone: Callable[[int], str | None]
    agreed: Callable[[int], bool]  # to a word by phone
    refused: Callable[[int], bool]  # any word by phone: said no, where others said nothing
    speaks: Callable[[int, int], bool]  # whether the first speaks for the second today: a guardian, a proxy


_connected: list[Contacts] = []


def connect(contacts: Contacts) -> None:
    """Let messages leave by phone from now on."""
    _connected[:] = [contacts]


def ids_of(person_id: int) -> list[int]:
    """Return every id somebody has had, the present one first."""
    return _connected[0].ids(person_id) if _connected else [person_id]


def phone_of(person_id: int) -> str | None:
    """Return the phone of somebody who agreed to be told by phone; None for anybody else."""
    if not _connected or not _connected[0].agreed(person_id):
        return None
    return _connected[0].phone(person_id)


def has_refused(person_id: int) -> bool:
    """Tell whether somebody said that they want no word by phone."""
    return bool(_connected) and _connected[0].refused(person_id)


def has_agreed(person_id: int) -> bool:
    """Tell whether somebody agreed to be told by phone."""
    return bool(_connected) and _connected[0].agreed(person_id)


def speaks_for(speaker_id: int, person_id: int) -> bool:
    """Tell whether somebody speaks for another today."""
    return bool(_connected) and _connected[0].speaks(speaker_id, person_id)
