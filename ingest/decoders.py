"""Content codings undone under a cap, so that a few hundred bytes cannot become gigabytes.

The cap has to sit inside the decoder: a client that counts decoded chunks has already allocated the
chunk (an 809-byte brotli body reached 2.1 GB that way).
"""

import io
import zlib
from collections.abc import Iterator

import brotli
import zstandard

from ingest.errors import Failure, FetchError

ACCEPT_ENCODING = "gzip, deflate, br, zstd"

_STEP = 65_536
# Below this size any ratio is harmless, and a feed of repeated markup may well shrink two-hundredfold.
_RATIO_MATTERS_FROM = 1_000_000
_ZSTD_WINDOW = 8 * 1024 * 1024


def decode_body(raw: bytes, encoding: str, *, cap: int, ratio: int = 200) -> bytes:
    """The body without its content coding (as in a Content-Encoding header; empty for none).

    Raises FetchError: TOO_LARGE beyond `cap` bytes, BOMB beyond `ratio` times the raw size, BROKEN_BODY for
    an unknown coding or damaged data. Data that merely ends early gives what could be decoded.
    """
    for coding in reversed([c.strip().lower() for c in encoding.split(",")]):
        if coding in ("", "identity"):
            continue
        raw = _collect(_decoder(coding, raw), len(raw), cap, ratio)
    if len(raw) > cap:
        raise FetchError(Failure.TOO_LARGE, f"the body is larger than {cap:,} bytes")
    return raw


def _collect(pieces: Iterator[bytes], raw_size: int, cap: int, ratio: int) -> bytes:
    body = bytearray()
    try:
        for piece in pieces:
            body += piece
            if len(body) > _RATIO_MATTERS_FROM and len(body) > ratio * raw_size:
                raise FetchError(
                    Failure.BOMB, f"a compressed bomb: {raw_size:,} bytes grow more than {ratio}-fold"
                )
            if len(body) > cap:
                # Ordinary markup shrinks five- to tenfold.
                kind = Failure.BOMB if len(body) > 20 * raw_size else Failure.TOO_LARGE
                raise FetchError(kind, f"a compressed body of {raw_size:,} bytes grows beyond {cap:,}")
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise FetchError(Failure.BROKEN_BODY, f"the compressed body is damaged ({error})") from error
    return bytes(body)


def _decoder(coding: str, raw: bytes) -> Iterator[bytes]:
    match coding:
        case "gzip" | "x-gzip":
            return _inflate(raw, zlib.MAX_WBITS | 32)
        case "deflate":
            # Meant as zlib, but many servers send the bare stream.
            return _inflate(raw, zlib.MAX_WBITS if _has_zlib_header(raw) else -zlib.MAX_WBITS)
        case "br":
            return _unbrotli(raw)
        case "zstd":
            return _unzstd(raw)
        case _:
            raise FetchError(Failure.BROKEN_BODY, f"unknown content coding {coding!r}")


def _has_zlib_header(raw: bytes) -> bool:
    return len(raw) >= 2 and raw[0] & 0x0F == 8 and int.from_bytes(raw[:2]) % 31 == 0


def _inflate(raw: bytes, window: int) -> Iterator[bytes]:
    rest = raw
    while rest:
        stream = zlib.decompressobj(window)
        while rest and not stream.eof:
            piece = stream.decompress(rest, _STEP)
            rest = stream.unconsumed_tail
            yield piece
        # A gzip body may be several members in a row; whatever else follows the end is ignored.
        rest = stream.unused_data if stream.unused_data[:2] == b"\x1f\x8b" else b""


def _unbrotli(raw: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    yield stream.process(raw, output_buffer_limit=_STEP)
    while not stream.is_finished():
        piece = stream.process(b"", output_buffer_limit=_STEP)
        if not piece and stream.can_accept_more_data():
            return
        yield piece


def _unzstd(raw: bytes) -> Iterator[bytes]:
    reader = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).stream_reader(
        io.BytesIO(raw), read_across_frames=True
    )
    while piece := reader.read(_STEP):
        yield piece
