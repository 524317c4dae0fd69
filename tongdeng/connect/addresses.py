"""Networks of keys, and the addresses that are told: pure but for the name look-up."""

import ipaddress
import socket
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from tongdeng.connect.errors import WebhookRefused
from tongdeng.kernel.errors import Text

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LONGEST = 500
TO_THE_ADMINISTRATOR = Text(
    "内网地址要先由县里写进 TONGDENG_WEBHOOK_NETWORKS",
    "a private address must first be named by the county in TONGDENG_WEBHOOK_NETWORKS",
)
PUBLIC_NAME = Text(
    "换一个以 https 开头、外面找得到的地址", "give an address that begins with https and is found outside"
)


def networks(texts: Iterable[str]) -> list[Network]:
    """Return networks as they were written. Raises ValueError for what is none."""
    return [ipaddress.ip_network(text.strip()) for text in texts if text.strip()]


def is_within(address: str, texts: Iterable[str]) -> bool:
    """Tell whether a caller's address lies in one of these networks; an unknown address lies in none."""
    try:
        found = plain(ipaddress.ip_address(address))
    except ValueError:
        return False
    return any(found in network for network in networks(texts) if network.version == found.version)


def plain(address: Address) -> Address:
    """Return an IPv4 address that was written as IPv6 as what it is: else it would pass for a public one."""
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return mapped or address


def may_be_told(address: Address, allowed: Iterable[Network]) -> bool:
    """Tell whether an address may be called: a public one, or one of the county's own that it has named."""
    found = plain(address)
    if any(found in network for network in allowed if network.version == found.version):
        return True
    return found.is_global and not found.is_multicast and not found.is_reserved


def host_and_port(url: str) -> tuple[str, int]:
    """Return the host and port of an address that may be told. Raises WebhookRefused for any other form."""
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        raise _refused("form") from None
    if len(url) > LONGEST or not url.isascii() or any(one <= " " or one == "\\" for one in url):
        raise _refused("form")
    if parts.scheme != "https" or not parts.hostname or parts.username is not None or parts.fragment:
        raise _refused("form")
    return parts.hostname, port


def _look_up(host: str, port: int) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def reachable(
    url: str, allowed: Iterable[Network], look_up: Callable[[str, int], list[str]] = _look_up
) -> tuple[str, int, str]:
    """Return host, port and the one network address to connect to. Raises WebhookRefused where any of them is private.

    Whoever connects uses this address and asks the name no second time: it could answer differently then.
    """
    host, port = host_and_port(url)
    allowed = list(allowed)
    try:
        found = [ipaddress.ip_address(one.partition("%")[0]) for one in look_up(host, port)]
    except (OSError, UnicodeError, ValueError):
        raise _refused("name") from None
    if not found:
        raise _refused("name")
    if not all(may_be_told(one, allowed) for one in found):
        raise _refused("private")
    return host, port, str(found[0])


def _refused(why: str) -> WebhookRefused:
    facts = {
        "form": Text("地址要用 https，不带用户名和 #", "the address must be https, without a user name or #"),
        "name": Text("查不到这个地址", "this address is not found"),
        "private": Text("这是内网地址", "this is a private address"),
    }  # fmt: skip
    remedy = TO_THE_ADMINISTRATOR if why == "private" else PUBLIC_NAME
    return WebhookRefused(f"connect.webhook.{why}", facts[why], remedy=remedy)
