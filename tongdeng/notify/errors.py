"""What is told where a message cannot be written or a wish cannot be kept."""

from tongdeng.kernel.errors import Text, TongdengError


class MessageFaulty(TongdengError):
    """A kind of message is unknown, or its blanks are not the ones that were filled; nothing is sent."""

    def __init__(self, kind: str, what: str) -> None:
        super().__init__(
            "notify.message.faulty", Text(f"消息写不出来：{what}", f"the message cannot be written: {what}"), place=kind
        )


class WishRefused(TongdengError):
    """A language, a way or an address cannot be used."""

    def __init__(self, field: str, fact: Text, remedy: Text) -> None:
        super().__init__(f"notify.wish.{field}", fact, place=field, remedy=remedy)
        self.field = field
