"""What goes wrong in the hall."""

from tongdeng.kernel.errors import NOTHING, Text, TongdengError


class HallRefused(TongdengError):
    """What was asked of the hall cannot be done; the text says why, and what to do instead."""

    def __init__(self, code: str, fact: Text, remedy: Text = NOTHING) -> None:
        super().__init__(f"hall.{code}", fact, remedy=remedy)


def unknown_ticket() -> HallRefused:
    """Return that there is no such number in this hall, or not one with which this can be done now."""
    return HallRefused("ticket.unknown", Text("这个号已经不在这个状态", "this number is no longer in that state"))


def unknown_booking() -> HallRefused:
    """Return that there is no such appointment, or that it has been used or cancelled."""
    fact = Text("没有这个预约，或者已经用过、取消了", "there is no such appointment, or it is over")
    return HallRefused("booking.unknown", fact)
