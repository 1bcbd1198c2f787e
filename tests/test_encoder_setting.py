"""Another encoder by setting: what is kept is embedded anew under it, and a folder without a model is one clear line."""

from pathlib import Path

import pytest

from models import ClaimGroup, Sessions, open_engine, open_sessions, writing
from tests.classify.library_fakes import NOON, Newsroom
from tests.test_command import Terminal
from tests.tiny_transformer import save_transformer

RICE = "Việt Nam xuất khẩu 8,1 triệu tấn gạo trong năm 2023."


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    terminal = Terminal(tmp_path / "home", monkeypatch, capsys)
    assert terminal("init").returncode == 0
    return terminal


@pytest.fixture
def filed(terminal: Terminal) -> Sessions:
    sessions = open_sessions(open_engine(f"sqlite:///{terminal.home}/dinhchinh.db"))
    newsroom = Newsroom(sessions)
    newsroom.passage(newsroom.source(), "https://gov.example/rice", RICE, "Cầu bắc qua sông đã thông xe.")
    with writing(sessions) as session:
        session.add(ClaimGroup(key="k", text=RICE, language="vi", first_seen_at=NOON, last_seen_at=NOON))
    return sessions


def test_a_transformer_named_by_setting_embeds_everything_anew(
    terminal: Terminal, filed: Sessions, tmp_path: Path
) -> None:
    shipped = terminal("reindex")
    assert shipped.stdout == "2 passages and 1 claims embedded\n", shipped.stderr
    for number, dimension in enumerate((16, 32)):
        model = str(save_transformer(tmp_path / f"t{number}", dimension=dimension))
        again = terminal("reindex", DINHCHINH_ENCODER=model)
        assert again.stdout == "2 passages and 1 claims embedded\n", again.stderr
        checked = terminal("check", "Năm 2023 Việt Nam xuất khẩu 8,1 triệu tấn gạo.", DINHCHINH_ENCODER=model)
        assert checked.returncode == 0, checked.stderr
        assert "https://gov.example/rice" in checked.stdout
    assert len(list((terminal.home / "index").glob("passages-*.usearch"))) == 1, "the others are of no use"


def test_an_encoder_chosen_without_reindexing_is_not_mistaken_for_the_one_before(
    terminal: Terminal, filed: Sessions, tmp_path: Path
) -> None:
    terminal("reindex")
    model = str(save_transformer(tmp_path / "t", dimension=16))
    checked = terminal("check", "Năm 2023 Việt Nam xuất khẩu 8,1 triệu tấn gạo.", DINHCHINH_ENCODER=model)
    assert (checked.returncode, "https://gov.example/rice" in checked.stdout) == (0, True)


@pytest.mark.parametrize(
    "command", [["reindex"], ["check", "Năm 2023 có 8 triệu tấn gạo."]], ids=["reindex", "check"]
)
def test_a_folder_that_is_no_model_is_one_line(
    terminal: Terminal, tmp_path: Path, command: list[str]
) -> None:
    (tmp_path / "no-model").mkdir()
    result = terminal(*command, DINHCHINH_ENCODER=str(tmp_path / "no-model"))
    assert (result.returncode, result.stderr) == (
        2,
        f"error: encoder {tmp_path / 'no-model'}: no sentence-transformers model there\n",
    )
