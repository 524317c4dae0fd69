"""Facts that go wrong with requests and sign-ins."""

from tongdeng.kernel.errors import Text, TongdengError


class TooManyCodes(TongdengError):
    """Codes were asked for too often, for this phone or from this address; known or not makes no difference."""

    def __init__(self, minutes: int) -> None:
        super().__init__(
            "privacy.code.too_many",
            Text("要验证码的次数太多", "too many codes were asked for"),
            remedy=Text(f"请过 {minutes} 分钟再试", f"try again in {minutes} minutes"),
        )
        self.minutes = minutes


class RequestRefused(TongdengError):
    """What staff want to do with a request cannot be done: it is answered, was extended once, or lacks its reason."""

    def __init__(self, code: str, fact: Text) -> None:
        super().__init__(f"privacy.request.{code}", fact)


class ProxyRefused(TongdengError):
    """Nobody is appointed by this form, or nothing is entrusted by this code."""

    def __init__(self, code: str, fact: Text) -> None:
        super().__init__(f"privacy.proxy.{code}", fact)
