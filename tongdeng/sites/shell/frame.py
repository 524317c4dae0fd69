"""What the frame around a page needs: where am I, who am I, what can I open."""

from dataclasses import dataclass
from datetime import datetime

from tongdeng.kernel.errors import Text

Words = Text | str  # `str` for names, which are the same in both languages


@dataclass(frozen=True)
class Link:
    """Words that lead somewhere."""

    text: Words
    url: str


@dataclass(frozen=True)
class PlaceNode:
    """A place in the switcher, with the places inside it that the post may see."""

    name: str
    url: str
    is_current: bool = False
    children: tuple["PlaceNode", ...] = ()


COUNTED_TO = 1000  # every page counts what waits: nobody works by the last digit of more


@dataclass(frozen=True)
class MenuItem:
    """One entry of the side menu; `count` is the work waiting there, as far as it was counted."""

    text: Text
    url: str
    count: int | None = None
    is_current: bool = False

    @property
    def waiting(self) -> str:
        """Return the number beside the entry: `12`, `999+` from a thousand on, empty where nothing is counted."""
        if self.count is None:
            return ""
        return str(self.count) if self.count < COUNTED_TO else f"{COUNTED_TO - 1}+"


@dataclass(frozen=True)
class Imprint:
    """The foot line of a printed page."""

    place: str
    purpose: Text
    printed_by: str
    printed_at: datetime
    law_version: str


@dataclass(frozen=True)
class Toast:
    """What was just done, and the address that takes it back (empty: it cannot be)."""

    text: Text
    undo_url: str = ""


@dataclass(frozen=True)
class Frame:
    """Everything around the page's own content.

    `path` leads to the current place and leaves it out; `place` is the current one.
    """

    place: str
    path: tuple[Link, ...]
    tree: tuple[PlaceNode, ...]
    menu: tuple[tuple[MenuItem, ...], ...]
    user_name: str
    post: Text
    imprint: Imprint
    search: str = ""
    finds_people: bool = True  # whether this post may look for people at all
    toast: Toast | None = None


@dataclass(frozen=True)
class Pager:
    """Rows `first` to `last` of `total`, with links to the pages before and after (empty: none)."""

    first: int
    last: int
    total: int
    previous_url: str = ""
    next_url: str = ""


@dataclass(frozen=True)
class Choice:
    """One option of a select, a radio group or a list of ticks."""

    value: str
    text: Words
    is_chosen: bool = False


@dataclass(frozen=True)
class Fault:
    """Something the user can repair, said at its field. `field` is the field's name, `link` leads to what is meant."""

    field: str
    text: Text
    link: Link | None = None


@dataclass(frozen=True)
class Progress:
    """A long piece of work: rows done of all, if their number is known, and what became of them."""

    done: int
    total: int | None
    accepted: int
    rejected: int

    @property
    def percent(self) -> int:
        """Return the share done, rounded down so that 100 means finished."""
        return self.done * 100 // self.total if self.total else 0
