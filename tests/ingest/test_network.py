"""Which addresses may be spoken to, and that nothing is sent to the others."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import closing

import httpcore
import pytest

from ingest.guard import GuardedAsyncBackend
from models.network import (
    AddressRefused,
    NetworkPolicy,
    Resolver,
    judge_address,
    judge_addresses,
    parse_networks,
    resolve,
)

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "103.53.171.140",
    "172.15.0.1",
    "172.32.0.1",
    "192.169.0.1",
    "100.63.255.255",
    "100.128.0.0",
    "2606:4700:4700::1111",
    "2400:cb00::1",
    "::ffff:8.8.8.8",
]
NOT_PUBLIC = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.0",
    "100.100.0.0",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.9",
    "192.0.0.255",
    "192.0.2.1",
    "192.88.99.3",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.1.2.3",
    "233.252.0.16",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:10.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:a9fe:a9fe::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:a9fe:a9fe::1",
    "2002:7f00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]


# What Svix's server asserts of its own filter, `is_allowed_test` in its webhook_http_client.
SVIX = {
    "10.254.0.0": False,
    "192.168.10.65": False,
    "172.16.10.65": False,
    "0.1.2.3": False,
    "0.0.0.0": False,
    "127.0.0.1": False,
    "169.254.45.1": False,
    "255.255.255.255": False,
    "192.0.2.255": False,
    "198.51.100.65": False,
    "203.0.113.6": False,
    "100.100.0.0": False,
    "192.0.0.0": False,
    "192.0.0.255": False,
    "250.10.20.30": False,
    "198.18.0.0": False,
    "1.1.1.1": True,
    "::1": False,
    "0:0:0:ffff::1": True,
    "2001:4860:4860::8888": True,
    "::ffff:8.8.8.8": True,
    "::ffff:127.0.0.1": False,
    "::ffff:0.0.0.1": False,
}


@pytest.mark.parametrize(("address", "allowed"), SVIX.items())
def test_another_services_table_is_judged_alike(address: str, allowed: bool) -> None:
    assert judge_address(address, 443, NetworkPolicy()).allowed is allowed


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_reached_on_the_ports_of_the_web(address: str) -> None:
    assert judge_address(address, 443, NetworkPolicy()).allowed
    assert judge_address(address, 80, NetworkPolicy()).allowed


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_refused_with_a_reason(address: str) -> None:
    verdict = judge_address(address, 443, NetworkPolicy())
    assert not verdict.allowed
    assert "not a public address" in verdict.reason


@pytest.mark.parametrize("port", [22, 25, 3306, 6379, 8080, 0, 65535])
def test_other_ports_are_refused_on_public_addresses(port: int) -> None:
    verdict = judge_address("1.1.1.1", port, NetworkPolicy())
    assert not verdict.allowed
    assert str(port) in verdict.reason


def test_an_allowed_network_may_be_reached_on_any_port_and_its_neighbour_may_not() -> None:
    policy = NetworkPolicy(parse_networks(["127.20.0.0/16", " fd00:1::/32 ", ""]))
    assert judge_address("127.20.3.4", 8765, policy).allowed
    assert judge_address("::ffff:127.20.3.4", 8765, policy).allowed
    assert judge_address("fd00:1::5", 1, policy).allowed
    assert not judge_address("127.21.0.1", 80, policy).allowed
    assert not judge_address("169.254.169.254", 80, policy).allowed


def test_a_bad_network_is_named() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.0/99"):
        parse_networks(["10.0.0.0/99"])


def test_one_private_address_among_public_ones_refuses_them_all() -> None:
    with pytest.raises(AddressRefused, match=r"rebind\.test.*127\.0\.0\.1"):
        judge_addresses("rebind.test", 80, ["1.1.1.1", "127.0.0.1"], NetworkPolicy())


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with closing(socket.create_server(("127.30.9.9", 0))) as server:
        server.settimeout(0.2)
        yield server


def connect(host: str, port: int, policy: NetworkPolicy, resolver: Resolver = resolve) -> str:
    """The address that a connection to a host leads to; it is closed again."""

    async def dial() -> str:
        stream = await GuardedAsyncBackend(policy, resolver).connect_tcp(host, port)
        address: str = stream.get_extra_info("server_addr")[0]
        await stream.aclose()
        return address

    return asyncio.run(dial())


def test_a_name_is_resolved_once_and_the_judged_address_is_dialled(listener: socket.socket) -> None:
    asked = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.30.9.9"] if len(asked) == 1 else ["169.254.169.254"]

    policy = NetworkPolicy(parse_networks(["127.30.0.0/16"]))
    assert connect("rebind.test", listener.getsockname()[1], policy, rebinding) == "127.30.9.9"
    assert asked == ["rebind.test"]


def test_a_refused_address_is_never_connected_to(listener: socket.socket) -> None:
    with pytest.raises(AddressRefused):
        connect("sly.test", listener.getsockname()[1], NetworkPolicy(), lambda host, port: ["127.30.9.9"])
    with pytest.raises(TimeoutError):
        listener.accept()


@pytest.mark.parametrize("spelling", ["2130706433", "0x7f000001", "017700000001", "127.1", "localhost"])
def test_other_spellings_of_loopback_are_refused(spelling: str) -> None:
    with pytest.raises(AddressRefused):
        connect(spelling, 80, NetworkPolicy())


def test_a_name_nobody_knows_is_a_connection_error_and_no_refusal() -> None:
    with pytest.raises(httpcore.ConnectError) as caught:
        connect("no-such-host.invalid", 80, NetworkPolicy())
    assert not isinstance(caught.value, AddressRefused)


def test_local_sockets_are_refused() -> None:
    with pytest.raises(AddressRefused):
        asyncio.run(GuardedAsyncBackend(NetworkPolicy()).connect_unix_socket("/run/docker.sock"))
