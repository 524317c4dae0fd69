"""Where a request comes from, for the record of acts and for limits; and a number by which it can be asked about."""

import ipaddress
import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tongdeng.audit.types import Arrival, arriving

FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


def address_of(request: HttpRequest) -> str:
    """Return the caller's network address; behind `TONGDENG_PROXIES` proxies, what the outermost of them saw.

    What a caller writes into the header himself stands further left and is not believed.
    """
    seen = str(request.META.get("REMOTE_ADDR", ""))
    if settings.TONGDENG_PROXIES:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        seen = hops[-settings.TONGDENG_PROXIES] if len(hops) >= settings.TONGDENG_PROXIES else seen
    try:
        return str(ipaddress.ip_address(seen))
    except ValueError:
        return ""


def is_local(request: HttpRequest) -> bool:
    """Tell whether a program on this very machine asks: not a proxy on it that asks for somebody else."""
    if settings.TONGDENG_PROXIES or any(name in request.headers for name in FORWARDED):
        return False
    seen = address_of(request)
    return bool(seen) and ipaddress.ip_address(seen).is_loopback


class Arrivals:
    """Lets every entry that a request writes bear its address and its number, which the answer bears too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = secrets.token_hex(8)
        with arriving(Arrival(address_of(request), number)):
            response = self.get_response(request)
        response.headers["X-Request-ID"] = number
        return response
