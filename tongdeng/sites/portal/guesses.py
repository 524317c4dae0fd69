"""A number and its code, asked for without an account, may be tried a few times only."""

from typing import Any

from tongdeng.audit.types import Actor
from tongdeng.kernel.errors import Text
from tongdeng.org import actions as org
from tongdeng.sites.shell.arrivals import address_of
from tongdeng.sites.shell.frame import Fault

TOO_MANY = Fault("number", Text("查的次数太多，请 15 分钟以后再试。", "Too many tries. Try again in 15 minutes."))


def typed(values: Any) -> dict[str, str]:
    """Return the number and the code of a form or an address, cut to what either may be long."""
    return {key: values.get(key, "")[:60] for key in ("number", "code")}


def counted(request: Any, *, how: str, by: Actor) -> org.Try:
    """Count a try by what was typed and by its address, apart from sign-ins: neither keeps anybody from the other."""
    said = typed(request.POST)
    return org.count_try(
        name=f"{how} {said['number']} {said['code']}", address=f"{how} {address_of(request)}", how=how, by=by
    )  # fmt: skip
