"""Content codings are undone under a cap."""

import gzip
import random
import tracemalloc
import zlib

import brotli
import pytest
import zstandard

from ingest.decoders import decode_body
from ingest.errors import Failure, FetchError

TEXT = "Tin trong nước và quốc tế. ".encode() * 40
CODED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstandard.compress(TEXT),
    "": TEXT,
    "identity": TEXT,
    "gzip, br": brotli.compress(gzip.compress(TEXT)),
}
BOMB_SIZE = 300_000_000


@pytest.mark.parametrize("coding", CODED)
def test_every_coding_that_is_asked_for_is_undone(coding: str) -> None:
    assert decode_body(CODED[coding], coding, cap=1_000_000) == TEXT


def test_bare_deflate_is_undone_too() -> None:
    compressor = zlib.compressobj(wbits=-15)
    assert decode_body(compressor.compress(TEXT) + compressor.flush(), "deflate", cap=1_000_000) == TEXT


def test_several_gzip_members_are_one_body() -> None:
    assert decode_body(gzip.compress(TEXT) + gzip.compress(TEXT) + b"\0\0", "gzip", cap=1_000_000) == TEXT * 2


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_that_ends_early_gives_what_there_was(coding: str) -> None:
    noise = random.Random(7).randbytes(200_000)
    coded = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "br": brotli.compress,
        "zstd": zstandard.compress,
    }[coding](noise)
    decoded = decode_body(coded[:150_000], coding, cap=1_000_000)
    assert noise.startswith(decoded)


def _bomb(coding: str) -> bytes:
    chunk, rounds = b" " * 1_000_000, BOMB_SIZE // 1_000_000
    if coding == "br":
        brotli_stream = brotli.Compressor(quality=5)
        pieces: list[bytes] = [brotli_stream.process(chunk) for _ in range(rounds)]
        return b"".join([*pieces, brotli_stream.finish()])
    stream = (
        zstandard.ZstdCompressor(level=3).compressobj() if coding == "zstd" else zlib.compressobj(9, wbits=31)
    )
    return b"".join(stream.compress(chunk) for _ in range(rounds)) + stream.flush()


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_a_bomb_is_refused_before_it_has_grown(coding: str) -> None:
    bomb = _bomb(coding)
    tracemalloc.start()
    with pytest.raises(FetchError) as caught:
        decode_body(bomb, coding, cap=10_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.failure is Failure.BOMB
    assert peak < 64_000_000


def test_a_large_but_honest_body_is_too_large_and_no_bomb() -> None:
    noise = random.Random(7).randbytes(2_000_000)
    with pytest.raises(FetchError) as caught:
        decode_body(gzip.compress(noise), "gzip", cap=1_500_000)
    assert caught.value.failure is Failure.TOO_LARGE


@pytest.mark.parametrize(
    ("raw", "coding"), [(b"not gzip", "gzip"), (b"\xff" * 40, "br"), (b"nothing", "zstd"), (b"x", "compress")]
)
def test_damage_and_unknown_codings_are_said_to_be_that(raw: bytes, coding: str) -> None:
    with pytest.raises(FetchError) as caught:
        decode_body(raw, coding, cap=1_000)
    assert caught.value.failure is Failure.BROKEN_BODY
