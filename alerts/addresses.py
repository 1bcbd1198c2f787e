"""Which addresses a webhook may be registered for. Where a name leads is judged at every connection, not here. Pure."""

from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from alerts.errors import Invalid
from alerts.sender import PORTS
from models.network import Network

_URL_LIMIT = 2000


def check_url(url: str, allowed_networks: Sequence[Network] = ()) -> str:
    """The address, if a webhook may be sent there. Raises Invalid.

    https to a host on a port of the web or above 1023; plain http only to an address, written as such, in an
    allowed network. Where a name leads is judged at every connection, not here.
    """
    if len(url) > _URL_LIMIT:
        raise Invalid("url", f"is longer than {_URL_LIMIT} characters")
    if any(character.isspace() or not character.isprintable() for character in url):
        raise Invalid("url", "must not contain spaces or control characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as problem:
        raise Invalid("url", str(problem)) from None
    if not parts.hostname:
        raise Invalid("url", "names no host")
    if parts.username is not None or parts.password is not None:
        raise Invalid("url", "must not contain a user name or password")
    if parts.fragment:
        raise Invalid("url", "must not have a fragment")
    if port is not None and port not in PORTS:
        raise Invalid("url", f"port {port} is not one of the web's")
    if parts.scheme != "https" and not (
        parts.scheme == "http" and _is_allowed(parts.hostname, allowed_networks)
    ):
        raise Invalid("url", "must begin with https://")
    return url


def _is_allowed(host: str, networks: Sequence[Network]) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in networks)
