"""Which addresses may be told of anything: public ones, by https, and never what a name hides."""

import ipaddress

import pytest

from tongdeng.connect import addresses
from tongdeng.connect.errors import WebhookRefused

OWN = [ipaddress.ip_network("10.1.0.0/16")]


def reach(url: str, *found: str, allowed=()) -> tuple[str, int, str]:
    return addresses.reachable(url, allowed, lambda host, port: list(found))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1",
        "255.255.255.255", "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "::",
        "ff02::1", "198.18.0.1", "240.0.0.1",
    ],
)  # fmt: skip
def test_a_private_address_is_not_told(address):
    with pytest.raises(WebhookRefused, match="private"):
        reach("https://hooks.example.cn/x", address)


def test_one_private_address_among_public_ones_is_enough():
    with pytest.raises(WebhookRefused, match="private"):
        reach("https://hooks.example.cn/x", "8.8.8.8", "127.0.0.1")


def test_a_public_address_is_told_and_the_one_that_was_judged_is_used():
    assert reach("https://hooks.example.cn:8443/x?y", "8.8.8.8") == ("hooks.example.cn", 8443, "8.8.8.8")


def test_a_network_the_county_has_named_may_be_told_and_no_other():
    assert reach("https://hrss.county.local/x", "10.1.2.3", allowed=OWN)[2] == "10.1.2.3"
    with pytest.raises(WebhookRefused, match="private"):
        reach("https://hrss.county.local/x", "10.2.2.3", allowed=OWN)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.cn/x", "ftp://hooks.example.cn", "https://", "https://user:word@hooks.example.cn/",
        "https://hooks.example.cn/x#y", "https://hooks.example.cn:port/", "https://hooks.example.cn/ x",
        "https://hooks.example.cn\\@localhost/", "javascript:alert(1)", "https://例.cn/", "https://[::1",
        "https://hooks.example.cn/" + "x" * 500, "https://hooks.example.cn/\r\nHost: x",
    ],
)  # fmt: skip
def test_another_form_is_not_told(url):
    with pytest.raises(WebhookRefused, match="form"):
        reach(url, "8.8.8.8")


def test_a_name_that_is_not_found_is_not_told():
    with pytest.raises(WebhookRefused, match="name"):
        reach("https://hooks.example.cn/x")


@pytest.mark.parametrize(("address", "networks", "is_in"), [
    ("10.1.2.3", ["10.1.0.0/16"], True), ("10.2.2.3", ["10.1.0.0/16"], False),
    ("::ffff:10.1.2.3", ["10.1.0.0/16"], True),
    ("", ["0.0.0.0/0"], False), ("10.1.2.3", [], False), ("::1", ["0.0.0.0/0"], False),
])  # fmt: skip
def test_a_key_opens_from_its_networks_alone(address, networks, is_in):
    assert addresses.is_within(address, networks) is is_in
