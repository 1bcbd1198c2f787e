"""A key that is missing or wrong is one clear line, and there is a way out when it is lost for good."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select
from typer.testing import CliRunner

from api import second_factor
from dinhchinh.cli import app
from dinhchinh.home import check_cipher, open_cipher, open_database
from dinhchinh.settings import Settings, SettingsError, load_settings
from models import Subscription, SubscriptionState, User, UserRole, writing
from tests.house import opened_house

HOOK = {"url": "https://paper.example/hook"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose database holds one encrypted secret."""
    with opened_house(tmp_path, networks="127.0.0.0/8") as opened:
        assert opened.as_(UserRole.EDITOR).post("/subscriptions", json=HOOK).status_code == 201
    return tmp_path


def settings_of(home: Path, **more: str) -> Settings:
    return load_settings({"DINHCHINH_HOME": str(home)} | more)


def check(settings: Settings) -> None:
    with open_database(settings) as database:
        check_cipher(settings, database, open_cipher(settings))


def test_a_key_that_was_lost_is_named_with_the_file_it_should_be_in(home: Path) -> None:
    check(settings_of(home))
    (home / "secret.key").unlink()
    with pytest.raises(SettingsError, match=r"secret\.key: opens not all webhook secrets; 1 were"):
        check(settings_of(home))


def test_a_wrong_key_is_named_with_its_setting_and_the_right_one_beside_it_will_do(home: Path) -> None:
    right, wrong = (home / "secret.key").read_text(), Fernet.generate_key().decode()
    with pytest.raises(SettingsError, match="DINHCHINH_SECRET_KEY: opens not all"):
        check(settings_of(home, DINHCHINH_SECRET_KEY=wrong))
    check(settings_of(home, DINHCHINH_SECRET_KEY=f"{wrong}, {right}"))


def test_what_no_key_opens_can_be_given_up(home: Path) -> None:
    (home / "secret.key").unlink()
    done = CliRunner().invoke(app, ["webhooks", "give-up-secrets"], env={"DINHCHINH_HOME": str(home)})
    assert done.output == "1 subscriptions switched off\n"
    check(settings_of(home))
    with open_database(settings_of(home)) as database, database.sessions() as session:
        row = session.get_one(Subscription, 1)
    assert row.state is SubscriptionState.DISABLED
    assert "rotate" in row.state_reason


def test_accounts_whose_second_factor_no_key_opens_are_named_at_the_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with opened_house(tmp_path, networks="127.0.0.0/8") as opened:
        opened.as_(UserRole.ANALYST, "an")
        opened.as_(UserRole.ANALYST, "binh")
        with writing(opened.house.sessions) as session:
            user = session.scalars(select(User).where(User.name == "an")).one()
            second_factor.begin(session, user.id, cipher=opened.house.cipher)
    with opened_house(tmp_path, networks="127.0.0.0/8"):
        assert caplog.text == ""
    (tmp_path / "secret.key").unlink()
    with opened_house(tmp_path, networks="127.0.0.0/8"):
        assert (
            "the second factors of an@desk.example were encrypted with a key that is missing" in caplog.text
        )
