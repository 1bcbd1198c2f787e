"""Which addresses may be spoken to, judged on the resolved address at the moment of connecting.

Python's `ipaddress.is_global` is not enough: it calls NAT64- and 6to4-wrapped metadata addresses, IPv6
site-local and multicast global. Judging before the connection is not enough either, because a name can
resolve to something else a moment later; so `ingest/guard.py` and `alerts/sender.py` resolve once, judge, and dial
what was judged.
"""

import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

import httpcore

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network
Resolver: TypeAlias = Callable[[str, int], Iterable[str]]

WEB_PORTS = frozenset({80, 443})

# Refused although `is_global` lets them through, or lets them through in some Python versions.
_NEVER_PUBLIC: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), why)
    for network, why in (
        ("0.0.0.0/8", "this network"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("192.0.0.0/24", "protocol assignments"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4 relay"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::/96", "IPv4-compatible"),
        ("64:ff9b::/96", "NAT64"),
        ("64:ff9b:1::/48", "local NAT64"),
        ("100::/64", "discard"),
        ("2001::/23", "protocol assignments (Teredo, ORCHID)"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "documentation"),
        ("5f00::/16", "segment routing"),
        ("fc00::/7", "unique local"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)


class AddressRefused(httpcore.ConnectError):
    """The address is not one we may connect to; nothing was sent. Retrying will not help."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a connection may be made, and why."""

    allowed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class NetworkPolicy:
    """What may be reached besides the public internet on the web's ports.

    Addresses within `allowed_networks` may be reached on any port.
    """

    allowed_networks: tuple[Network, ...] = ()
    ports: frozenset[int] = WEB_PORTS


def parse_networks(networks: Iterable[str]) -> tuple[Network, ...]:
    """CIDR notations as networks; a bare address is a network of one. Raises ValueError naming the bad one."""
    return tuple(ip_network(network.strip()) for network in networks if network.strip())


def judge_address(address: str | Address, port: int, policy: NetworkPolicy) -> Verdict:
    """Whether a connection to an address (not a name) may be made. A zone index is ignored.

    Raises ValueError when `address` is not an IP address.
    """
    ip = _parse(address)
    if any(ip in network for network in policy.allowed_networks):
        return Verdict(True, f"{ip} is in an allowed network")
    for network, why in _NEVER_PUBLIC:
        if ip in network:
            return Verdict(False, f"{ip} is not a public address ({why})")
    if not ip.is_global:
        return Verdict(False, f"{ip} is not a public address (private, loopback or reserved)")
    if port not in policy.ports:
        return Verdict(False, f"port {port} is not one of the web's")
    return Verdict(True, f"{ip} is public")


def _parse(address: str | Address) -> Address:
    ip = ip_address(address.split("%")[0]) if isinstance(address, str) else address
    # An IPv4-mapped address is dialled as the IPv4 address, so it is judged as that.
    return ip.ipv4_mapped or ip if isinstance(ip, IPv6Address) else ip


def judge_addresses(host: str, port: int, addresses: Iterable[str], policy: NetworkPolicy) -> tuple[str, ...]:
    """The addresses to dial, in order. Raises AddressRefused if any one of them may not be reached.

    One private address among public ones is how a rebinding name tries its luck, so it refuses them all.
    """
    found = tuple(dict.fromkeys(addresses))
    for address in found:
        verdict = judge_address(address, port, policy)
        if not verdict.allowed:
            raise AddressRefused(verdict.reason if host == address else f"{host}: {verdict.reason}")
    return found


def resolve(host: str, port: int) -> tuple[str, ...]:
    """The addresses the system knows for a name. Raises httpcore.ConnectError when there are none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host}: no such name ({error})") from error
    return tuple(str(sockaddr[0]) for *_, sockaddr in found)
