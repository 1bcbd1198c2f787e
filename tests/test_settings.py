"""Settings come from the environment over one optional file, and a wrong one is named."""

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
