"""What an index keeps between runs: used again, brought in step with the rows, or made again from them."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from classify.index import TextIndex
from classify.keeping import write_whole
from classify.library import Library, Query
from classify.shelves import PASSAGES
from models import Article, Passage, Sessions, writing
from tests.classify.library_fakes import DAM, HUE, RICE, Newsroom, WordEncoder, file_three


@pytest.fixture
def filed(sessions: Sessions) -> Newsroom:
    newsroom = Newsroom(sessions)
    file_three(newsroom)
    return newsroom


def find(library: Library, newsroom: Newsroom, text: str) -> list[str]:
    """The last parts of the addresses that the library answers with."""
    with newsroom.sessions() as session:
        [hits] = library.search(session, [Query(text=text)])
    return [hit.url.rsplit("/", 1)[1] for hit in hits]


def test_a_restart_embeds_nothing_again(tmp_path: Path, filed: Newsroom) -> None:
    with filed.sessions() as session:
        assert Library(tmp_path, WordEncoder()).refresh(session) == 3
        again = Library(tmp_path, WordEncoder())
        assert again.refresh(session) == 0
    assert find(again, filed, DAM)[0] == "dam"


def test_another_encoder_embeds_everything_anew(tmp_path: Path, filed: Newsroom) -> None:
    with filed.sessions() as session:
        Library(tmp_path, WordEncoder("one")).refresh(session)
        assert Library(tmp_path, WordEncoder("two")).refresh(session) == 3
        assert Library(tmp_path, WordEncoder("one", dimension=32)).refresh(session) == 3


@pytest.mark.parametrize("kept", [0, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("end", [b"", b"not an index", b"usearch" + bytes(100)])
def test_a_damaged_vector_file_is_made_again(
    tmp_path: Path, filed: Newsroom, kept: float, end: bytes
) -> None:
    with filed.sessions() as session:
        Library(tmp_path, WordEncoder()).refresh(session)
        [file] = tmp_path.glob("*.usearch")
        whole = file.read_bytes()
        file.write_bytes(whole[: int(kept * len(whole))] + end)
        again = Library(tmp_path, WordEncoder())
        assert again.refresh(session) == 3
        found = again.search(session, [Query(text=RICE)])
        assert found == Library(tmp_path / "fresh", WordEncoder()).search(session, [Query(text=RICE)])


def test_word_counts_of_other_rows_are_not_believed(tmp_path: Path, filed: Newsroom) -> None:
    library = Library(tmp_path / "library", WordEncoder())
    with filed.sessions() as session:
        library.refresh(session)
        before = library.search(session, [Query(text=RICE)])
    filed.passage(filed.source(), "https://gov.example/new", DAM)
    with filed.sessions() as session:
        # Vectors saved, counts not: what a crash between the two files leaves behind.
        counts = (tmp_path / "library" / "passages.npz").read_bytes()
        library.refresh(session)
        library.save()
        (tmp_path / "library" / "passages.npz").write_bytes(counts)
        recovered = Library(tmp_path / "library", WordEncoder()).search(session, [Query(text=RICE)])
        fresh = Library(tmp_path / "fresh", WordEncoder()).search(session, [Query(text=RICE)])
    assert recovered == fresh
    assert recovered != before


def test_the_index_of_another_database_with_the_same_row_numbers_is_not_believed(
    tmp_path: Path, filed: Newsroom
) -> None:
    with filed.sessions() as session:
        Library(tmp_path / "library", WordEncoder()).refresh(session)
    with writing(filed.sessions) as session:
        for article in session.query(Article):
            article.url += "?elsewhere"
    with filed.sessions() as session:
        assert Library(tmp_path / "library", WordEncoder()).refresh(session) == 3
        found = Library(tmp_path / "library", WordEncoder()).search(session, [Query(text=RICE)])
        assert found == Library(tmp_path / "fresh", WordEncoder()).search(session, [Query(text=RICE)])


@pytest.mark.parametrize("content", [b"", b"not columns", b"PK\x03\x04" + bytes(100)])
def test_damaged_columns_are_read_again(tmp_path: Path, filed: Newsroom, content: bytes) -> None:
    with filed.sessions() as session:
        Library(tmp_path / "library", WordEncoder()).refresh(session)
        (tmp_path / "library" / "passages.npz").write_bytes(content)
        again = Library(tmp_path / "library", WordEncoder())
        assert again.refresh(session) == 0
        found = again.search(session, [Query(text=RICE)])
        assert found == Library(tmp_path / "fresh", WordEncoder()).search(session, [Query(text=RICE)])


def test_what_was_embedded_before_a_crash_is_not_embedded_again(tmp_path: Path, filed: Newsroom) -> None:
    class Failing(WordEncoder):
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            # Two sentences tell encoders apart, two passages are embedded, and then it is over.
            if len(self.encoded) == 4:
                raise MemoryError
            return super().encode(texts)

    with filed.sessions() as session:
        with pytest.raises(MemoryError):
            TextIndex(tmp_path, Failing(), PASSAGES, embed_at_once=1).refresh(session)
        index = TextIndex(tmp_path, WordEncoder(), PASSAGES, embed_at_once=1)
        assert index.refresh(session) == 1
        assert [index.search(session, [Query(text=text)])[0][0].row.text for text in (RICE, DAM, HUE)] == [
            RICE,
            DAM,
            HUE,
        ]


def test_rows_that_are_gone_are_forgotten_and_another_database_is_not_mistaken_for_this_one(
    tmp_path: Path, filed: Newsroom
) -> None:
    library = Library(tmp_path, WordEncoder())
    assert find(library, filed, RICE)[0] == "rice"
    with writing(filed.sessions) as session:
        session.query(Passage).delete()
    filed.passage(filed.source(), "https://gov.example/other", DAM)
    assert find(library, filed, RICE) == ["other"]
    assert find(Library(tmp_path, WordEncoder()), filed, RICE) == ["other"]


def test_rebuilding_embeds_every_passage_and_says_how_far_it_is(tmp_path: Path, filed: Newsroom) -> None:
    library = Library(tmp_path, WordEncoder())
    heard: list[tuple[int, int]] = []
    with filed.sessions() as session:
        library.refresh(session)
        assert library.rebuild(session, progress=lambda done, total: heard.append((done, total))) == 3
    assert heard == [(3, 3)]


BUILDING = """
import sys
from pathlib import Path
from classify.index import TextIndex
from classify.shelves import PASSAGES
from models import open_engine, open_sessions
from tests.classify.library_fakes import WordEncoder

def tell(done, total):
    print(done, flush=True)
    if done == 20:
        sys.stdin.read()

with open_sessions(open_engine(sys.argv[1]))() as session:
    TextIndex(Path(sys.argv[2]), WordEncoder(), PASSAGES, embed_at_once=1).refresh(session, progress=tell)
"""


def test_killed_while_it_is_made_an_index_goes_on_from_what_was_kept(
    tmp_path: Path, sessions: Sessions
) -> None:
    newsroom = Newsroom(sessions)
    texts = [f"Xã số {number} có {number} trường học." for number in range(40)]
    newsroom.passage(newsroom.source(), "https://gov.example/schools", *texts)
    with sessions() as session:
        address = session.get_bind().engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", BUILDING, address, str(tmp_path / "killed")]
    # The program is this test's own.
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as building:
        assert building.stdout is not None
        for line in building.stdout:
            if line.strip() == "20":
                break
        building.kill()
    assert building.returncode == -signal.SIGKILL
    library = Library(tmp_path / "killed", WordEncoder())
    with sessions() as session:
        assert 20 <= library.refresh(session) <= 22, "at most a twentieth is embedded again"
        found = library.search(session, [Query(text=text) for text in texts])
        fresh = Library(tmp_path / "fresh", WordEncoder())
        assert found == fresh.search(session, [Query(text=text) for text in texts])


def test_a_refresh_that_breaks_off_is_made_up_for_by_the_next(tmp_path: Path, filed: Newsroom) -> None:
    class Failing(WordEncoder):
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            if HUE in texts and HUE not in self.encoded:
                self.encoded.append(HUE)
                raise MemoryError
            return super().encode(texts)

    index = TextIndex(tmp_path / "failing", Failing(), PASSAGES, embed_at_once=1)
    fresh = TextIndex(tmp_path / "fresh", WordEncoder(), PASSAGES)
    with filed.sessions() as session:
        with pytest.raises(MemoryError):
            index.refresh(session)
        index.refresh(session)
        fresh.refresh(session)
        assert index.counts.passages == fresh.counts.passages == 3
        assert np.array_equal(index.counts.counts, fresh.counts.counts)
        assert index.search(session, [Query(text=DAM)]) == fresh.search(session, [Query(text=DAM)])


def test_two_programs_share_a_folder_and_neither_spoils_what_the_other_keeps(
    tmp_path: Path, filed: Newsroom
) -> None:
    one, two = Library(tmp_path, WordEncoder()), Library(tmp_path, WordEncoder())
    with filed.sessions() as session:
        assert (one.refresh(session), two.refresh(session)) == (3, 0)
    filed.passage(filed.source(), "https://gov.example/new", "Cả nước có 34 tỉnh, thành phố.")
    assert find(one, filed, "34 tỉnh thành phố")[0] == find(two, filed, "34 tỉnh thành phố")[0] == "new"
    filed.passage(filed.source(), "https://gov.example/newer", "Sân bay có 2 đường băng.")
    assert find(one, filed, "2 đường băng")[0] == "newer"
    one.save()
    two.save()  # It has seen less, and comes last.
    three = Library(tmp_path, WordEncoder())
    assert find(three, filed, "2 đường băng")[0] == "newer"
    assert find(two, filed, "2 đường băng")[0] == "newer"


def test_files_written_by_many_at_once_are_each_of_one_piece(tmp_path: Path) -> None:
    file = tmp_path / "kept.bin"
    seen: list[set[int]] = []

    def write(letter: int) -> None:
        def in_pieces(path: Path) -> None:
            with path.open("wb", buffering=0) as out:
                for _ in range(50):
                    out.write(bytes([letter]) * 2_000)

        for _ in range(20):
            write_whole(file, in_pieces)
            seen.append(set(file.read_bytes()))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert len(seen) == 80
    assert all(len(letters) == 1 for letters in seen)
    assert len(file.read_bytes()) == 100_000


def test_a_writer_that_breaks_off_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    def break_off(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("no space left on device")

    file = tmp_path / "kept.bin"
    write_whole(file, lambda path: path.write_bytes(b"whole"))
    with pytest.raises(OSError, match="no space"):
        write_whole(file, break_off)
    assert file.read_bytes() == b"whole"
    write_whole(file, lambda path: path.write_bytes(b"newer"))
    assert file.read_bytes() == b"newer"
