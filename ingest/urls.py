"""Addresses: one page, one address; one host, one key."""

import re
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit

import can_ada
import tld

MAX_LENGTH = 2_000

# Parameters that only say how a reader came here. Anything not listed is kept: dropping the unknown
# (as stricter cleaners do) joined 5 % of real links that may well be different articles.
_TRACKING = frozenset(
    {
        "_ga",
        "_gl",
        "_hsenc",
        "_hsmi",
        "_openstat",
        "at_campaign",
        "at_custom1",
        "at_custom2",
        "at_custom3",
        "at_custom4",
        "at_format",
        "at_medium",
        "campaign_id",
        "cmp_id",
        "cmpid",
        "dclid",
        "dicbo",
        "ef_id",
        "epik",
        "fb_action_ids",
        "fb_action_types",
        "fb_ref",
        "fb_source",
        "fbclid",
        "gad_source",
        "gbraid",
        "gclid",
        "gclsrc",
        "gidzl",
        "guce_referrer",
        "guce_referrer_sig",
        "icid",
        "igsh",
        "igshid",
        "li_fat_id",
        "mc_cid",
        "mc_eid",
        "mkt_tok",
        "msclkid",
        "ncid",
        "ns_campaign",
        "ns_fee",
        "ns_linkname",
        "ns_mchannel",
        "ns_source",
        "oly_anon_id",
        "oly_enc_id",
        "otm_campaign",
        "rb_clickid",
        "ref_src",
        "ref_url",
        "s_cid",
        "s_kwcid",
        "sc_cid",
        "smid",
        "smtyp",
        "soc_src",
        "soc_trk",
        "spm",
        "sr_share",
        "srsltid",
        "tblci",
        "trk",
        "trkcampaign",
        "ttclid",
        "twclid",
        "vero_id",
        "wbraid",
        "wt_mc",
        "wt_zmc",
        "xtor",
        "yclid",
        "ysclid",
        "zanpid",
        "zarsrc",
    }
)
_TRACKING_PREFIXES = ("utm_", "pk_", "piwik_", "mtm_", "matomo_", "hsa_", "vgo_", "itm_", "wt.")
# Parameters that track only with certain values.
_TRACKING_VALUES = {
    "ref": re.compile(r"(?i)^(rss|feed|home|homepage|twitter|facebook|zalo|share|newsletter)"),
    "source": re.compile(r"(?i)^(rss|feed|twitter|facebook|zalo|newsletter)"),
    "from": re.compile(r"(?i)^(rss|feed|zalo|facebook|twitter)$"),
    "partner": re.compile(r"(?i)^rss"),
    "traffic_source": re.compile(r"(?i)rss"),
}


class NotAnAddress(ValueError):
    """The text is no http or https address; leave the entry out."""


def canonical_url(url: str, base: str | None = None) -> str:
    """The address under which a page is stored: WHATWG syntax, without fragment and tracking parameters.

    Idempotent. A relative `url` is joined to `base`. Raises NotAnAddress.
    """
    try:
        parsed = can_ada.parse(urljoin(base, url.strip()) if base else url.strip())
    except (ValueError, TypeError) as error:  # TypeError for a lone surrogate, which cannot be handed over
        raise NotAnAddress(f"not an address: {url[:200]!r}") from error
    if parsed.protocol not in ("http:", "https:") or not parsed.hostname.strip("."):
        raise NotAnAddress(f"not an address of the web: {url[:200]!r}")
    parsed.username = ""
    parsed.password = ""
    parsed.hash = ""
    kept = [pair for pair in parsed.search.removeprefix("?").split("&") if pair and not _tracks(pair)]
    # With its mark, because the setter takes a question mark that opens the query for one.
    parsed.search = f"?{'&'.join(kept)}" if kept else ""
    if len(parsed.href) > MAX_LENGTH:
        raise NotAnAddress(f"an address of {len(parsed.href):,} characters")
    return str(parsed.href)


def _tracks(pair: str) -> bool:
    name, _, value = pair.partition("=")
    name = name.lower()
    if name in _TRACKING or name.startswith(_TRACKING_PREFIXES):
        return True
    pattern = _TRACKING_VALUES.get(name)
    return pattern is not None and pattern.search(value) is not None


@lru_cache(maxsize=16_384)
def host_key(url: str) -> str:
    """The host as politeness counts it: name in lower case, with the port unless it is the scheme's own."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if ":" in host:
        host = f"[{host}]"
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return host if port is None or port == usual else f"{host}:{port}"


@lru_cache(maxsize=16_384)
def registered_domain(host: str) -> str:
    """The part of a host name that somebody registered ("tuoitre.vn"); an IP address is its own."""
    name = _without_port(host)
    try:
        return str(ip_address(name))
    except ValueError:
        found = tld.get_fld(f"http://{name}", fail_silently=True)
        return found if isinstance(found, str) else name


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def same_site(one: str, other: str) -> bool:
    """Whether two addresses lie under one registered domain."""
    return registered_domain(host_key(one)) == registered_domain(host_key(other))


def same_page(one: str, other: str) -> bool:
    """Whether two addresses of one site plainly mean one page: the same last part of the path.

    A page's statement of its own address is believed only that far; many name their section or home page.
    """
    return same_site(one, other) and _slug(one) == _slug(other) != ""


def _slug(url: str) -> str:
    parts = [part for part in urlsplit(url).path.split("/") if part not in ("", "amp", "index.html")]
    return re.sub(r"(?:\.amp)?\.(?:html?|amp|php|aspx?)$", "", parts[-1].lower()) if parts else ""
