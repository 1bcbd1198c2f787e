"""Settings come from the environment over one optional file, and a wrong one is named."""

from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from dinhchinh.settings import OPTIONS, SettingsError, load_settings, unknown_variables


def test_everything_has_a_default(tmp_path: Path) -> None:
    settings = load_settings({"DINHCHINH_HOME": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path / 'dinhchinh.db'}"
    assert (settings.host, settings.port, settings.allow_networks) == ("127.0.0.1", 8000, ())
    assert settings.public_url == "http://127.0.0.1:8000"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "desk.toml"
    file.write_text(
        'port = 9000\noffice = "Phòng Báo chí"\nallow_networks = ["127.20.0.0/16", "10.1.0.0/24"]\n'
    )
    settings = load_settings({"DINHCHINH_CONFIG": str(file), "DINHCHINH_PORT": "9001"})
    assert (settings.port, settings.office) == (9001, "Phòng Báo chí")
    assert settings.allow_networks == (ip_network("127.20.0.0/16"), ip_network("10.1.0.0/24"))


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        pytest.param("DATABASE_URL", "mysql://x/y", "only sqlite: and postgresql:", id="another database"),
        pytest.param("DATABASE_URL", "news.db", "not a database address", id="a path as database"),
        pytest.param("PORT", "eighty", "port from 0 to 65535", id="a word as port"),
        pytest.param("PORT", "70000", "port from 0 to 65535", id="a port too high"),
        pytest.param("ALLOW_NETWORKS", "127.20.0.0/64", "expected networks", id="a mask too long"),
        pytest.param("ALLOW_NETWORKS", "127.20.0.1/16", "expected networks", id="host bits set"),
        pytest.param("HOST_DELAY", "-1", "0 to 3600", id="a negative delay"),
        pytest.param("REREAD_DAYS", "soon", "number of days", id="a word as days"),
        pytest.param("REASSESS_DAYS", "400", "0 to 365", id="more than a year"),
        pytest.param("SMTP_URL", "mail.example", "smtp://host:port", id="a mail server without scheme"),
        pytest.param("MAIL_FROM", "nobody", "e-mail address", id="no e-mail address"),
        pytest.param("PUBLIC_URL", "desk.example", "http(s) address", id="no scheme"),
        pytest.param("SECURE_COOKIES", "maybe", "yes or no", id="neither yes nor no"),
        pytest.param("LEAKED_PASSWORDS", "/nowhere/list.txt", "no such file", id="no such list"),
        pytest.param("OIDC_ISSUER", "http://login.example", "https address", id="a provider without TLS"),
        pytest.param("REQUESTS_A_MINUTE", "many", "a number", id="a word as rate"),
        pytest.param("CORS_ORIGINS", "https://a.example/path", "expected origins", id="a page as origin"),
        pytest.param("CORS_ORIGINS", "*", "expected origins", id="every origin"),
        pytest.param("LOG_FORMAT", "xml", "text or json", id="another log"),
        pytest.param("CONFIG", "/nowhere/desk.toml", "No such file", id="no such file"),
    ],
)
def test_a_wrong_setting_is_named(variable: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({f"DINHCHINH_{variable}": value})
    assert f"DINHCHINH_{variable}" in str(caught.value)
    assert said in str(caught.value)


def test_a_provider_without_our_name_at_it_is_refused() -> None:
    with pytest.raises(SettingsError, match="DINHCHINH_OIDC_CLIENT_ID"):
        load_settings({"DINHCHINH_OIDC_ISSUER": "https://login.example"})


def test_an_unknown_line_in_the_file_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "desk.toml"
    file.write_text("prot = 9000\n")
    with pytest.raises(SettingsError, match="no setting called 'prot'"):
        load_settings({"DINHCHINH_CONFIG": str(file)})


def test_a_mistyped_variable_is_noticed() -> None:
    assert unknown_variables({"DINHCHINH_PROT": "1", "DINHCHINH_PORT": "1", "PATH": ""}) == ["DINHCHINH_PROT"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({}, None, id="nothing set"),
        pytest.param({"HOST": "8.8.8.8"}, None, id="only listening on a public address"),
        pytest.param(
            {"PUBLIC_URL": "https://facts.vn/"}, "https://facts.vn/websub", id="a name of the internet"
        ),
        pytest.param(
            {"PUBLIC_URL": "https://facts.vn/desk"}, "https://facts.vn/desk/websub", id="a path of its own"
        ),
        pytest.param({"PUBLIC_URL": "http://8.8.8.8:8080"}, "http://8.8.8.8:8080/websub", id="an address"),
        pytest.param({"PUBLIC_URL": "http://127.0.0.1:9000"}, None, id="loopback"),
        pytest.param({"PUBLIC_URL": "http://10.1.2.3"}, None, id="private"),
        pytest.param({"PUBLIC_URL": "http://[fe80::1]"}, None, id="link-local"),
        pytest.param({"PUBLIC_URL": "http://desk"}, None, id="a name of the house"),
        pytest.param({"PUBLIC_URL": "http://localhost"}, None, id="localhost"),
        pytest.param({"PUBLIC_URL": "http://desk.internal."}, None, id="an internal name"),
        pytest.param(
            {"PUBLIC_URL": "http://10.1.2.3", "ALLOW_NETWORKS": "10.1.0.0/16"},
            "http://10.1.2.3/websub",
            id="in a network that is allowed",
        ),
    ],
)
def test_hubs_are_given_an_address_only_when_one_can_be_reached_from_outside(
    values: dict[str, str], expected: str | None
) -> None:
    settings = load_settings({f"DINHCHINH_{name}": value for name, value in values.items()})
    assert settings.callback_url == expected


def test_every_setting_is_in_the_readme() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    assert [option.variable for option in OPTIONS if f"`{option.variable}`" not in readme] == []


def test_what_makes_an_alert_urgent_is_set_part_by_part() -> None:
    settings = load_settings(
        {
            "DINHCHINH_PRIORITY_WEIGHTS": "probability=0.6, outlets=0.3",
            "DINHCHINH_SUBJECT_WEIGHTS": "health=1, tourism_and_image=0.25",
            "DINHCHINH_CLOCKS": "urgent>=0.8 5m 30m 4h; high>=0.5 1h 4h 18h; ordinary 9h 18h 45h",
        }
    )
    first = settings.policy.allowances[0]
    assert (first.from_priority, first.first_look, first.response) == (
        0.8,
        timedelta(minutes=5),
        timedelta(hours=4),
    )
    weights = settings.policy.weights
    assert (weights.probability, weights.outlets, weights.growth) == (0.6, 0.3, 0.1)
    assert weights.subjects == {"health": 1.0, "tourism_and_image": 0.25}


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("PRIORITY_WEIGHTS", "luck=0.5", "'luck' is no part of the priority"),
        ("PRIORITY_WEIGHTS", "age=2", "a number from 0 to 1"),
        ("PRIORITY_WEIGHTS", "age", "a number from 0 to 1"),
        ("SUBJECT_WEIGHTS", "sport=1", "'sport' is no subject"),
        ("CLOCKS", "urgent 15m 1h 8h", "expected 3 classes"),
        ("CLOCKS", "urgent 1m 1h 8h; high>=0.5 1h 4h 18h; ordinary 9h 18h 45h", "expected `urgent>=0.5"),
        ("CLOCKS", "urgent>=2 1m 1h 8h; high>=0.5 1h 4h 18h; ordinary 9h 18h 45h", "from 0 to 1"),
        ("CLOCKS", "urgent>=0.4 1m 1h 8h; high>=0.5 1h 4h 18h; ordinary 9h 18h 45h", "begin below"),
        ("CLOCKS", "urgent>=0.7 1m 1h 8d; high>=0.5 1h 4h 18h; ordinary 9h 18h 45h", "'8d'"),
        ("CLOCKS", "urgent>=0.7 1m 1h; high>=0.5 1h 4h 18h; ordinary 9h 18h 45h", "FIRST_LOOK"),
    ],
)
def test_urgency_that_cannot_be_understood_names_the_setting(variable: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says) as problem:
        load_settings({f"DINHCHINH_{variable}": value})
    assert f"DINHCHINH_{variable}" in str(problem.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        pytest.param("SMTP_URL", "smtp//desk:hunter2@mail.example:587", id="a mail server without a colon"),
        pytest.param("SMTP_URL", "desk:hunter2@mail.example", id="a mail server without a scheme"),
        pytest.param("SMTP_URL", "smtp://desk:hunter2", id="a mail server without a host"),
        pytest.param("SMTP_URL", "smtp://desk:hunter2/x@mail.example", id="a slash in a mail password"),
        pytest.param("SMTP_URL", "smtp://desk:[hunter2]@mail.example", id="brackets in a mail password"),
        pytest.param("DATABASE_URL", "postgresql://desk:hunter2/desk", id="a password and no host"),
        pytest.param("DATABASE_URL", "mysql://desk:hunter2@db.example/desk", id="another database"),
        pytest.param("DATABASE_URL", "postgresql//desk:hunter2@db.example", id="a database without a colon"),
        pytest.param("DATABASE_URL", "hunter2+desk://db.example", id="a password where the scheme should be"),
    ],
)
def test_a_wrong_setting_that_may_hold_a_password_is_named_and_not_shown(variable: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({f"DINHCHINH_{variable}": value})
    assert f"DINHCHINH_{variable}" in str(caught.value)
    assert "hunter2" not in str(caught.value)
