"""Keys, passwords and browser sessions prove who somebody is, and only what is needed of them is kept."""

import hashlib
import unicodedata
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from alerts import Conflict, Invalid, verify_chain
from api.accounts import create_desk, create_user
from api.credentials import (
    close_sign_in,
    create_key,
    find_key,
    find_sign_in,
    open_sign_in,
    revoke_key,
)
from api.passwords import LeakedPasswords, check_password, hash_password
from models import ApiKey, Sessions, SignIn, User, UserRole, writing
from tests.api.conftest import PASSWORD, Clock, People


def test_a_key_is_found_by_its_prefix_and_stored_as_a_digest_only(
    sessions: Sessions, clock: Clock, people: People
) -> None:
    person = people.add("an", UserRole.ANALYST)
    with sessions() as session:
        row = session.scalars(select(ApiKey)).one()
        found = find_key(session, person.key, now=clock.now)
    assert person.key.startswith(f"dc_{row.prefix}_")
    assert person.key not in (row.key_sha256, row.prefix)
    assert found is not None
    assert found[1].id == person.user.id


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: key[:-1] + ("A" if key[-1] != "A" else "B"),
        lambda key: key + "A",
        lambda key: key.replace("dc_", "xx_"),
        lambda key: "dc_aaaaaaaaaa_" + key.split("_", 2)[2],
        lambda key: "",
        lambda key: "dc_\0",
    ],
    ids=["other secret", "longer", "other kind", "other prefix", "empty", "NUL"],
)
def test_any_other_key_is_nobodys(sessions: Sessions, clock: Clock, people: People, spoil: object) -> None:
    key = people.add("an", UserRole.ANALYST).key
    assert callable(spoil)
    with sessions() as session:
        assert find_key(session, spoil(key), now=clock.now) is None


def test_a_key_ends_when_it_expires_when_it_is_revoked_and_with_its_account(
    sessions: Sessions, clock: Clock, people: People
) -> None:
    person = people.add("an", UserRole.ANALYST)
    with sessions() as session:
        later = clock.now + timedelta(days=366)
        assert find_key(session, person.key, now=later) is None
        found = find_key(session, person.key, now=clock.now)
        assert found is not None
    with writing(sessions) as session:
        revoke_key(session, session.get_one(ApiKey, found[0].id), now=clock.now)
    with sessions() as session:
        assert find_key(session, person.key, now=clock.now) is None

    other = people.add("oanh", UserRole.ANALYST)
    with writing(sessions) as session:
        session.get_one(User, other.user.id).is_active = False
    with sessions() as session:
        assert find_key(session, other.key, now=clock.now) is None


def test_a_password_typed_in_another_normal_form_is_the_same(
    sessions: Sessions, clock: Clock, people: People
) -> None:
    people.add("an", UserRole.ANALYST, password=unicodedata.normalize("NFD", PASSWORD))
    with sessions() as session:
        assert (
            check_password(session, " AN@facts.example ", unicodedata.normalize("NFC", PASSWORD)) is not None
        )


def test_a_wrong_password_an_unknown_address_and_an_account_without_one_are_all_refused(
    sessions: Sessions, people: People
) -> None:
    people.add("an", UserRole.ANALYST, password=PASSWORD)
    people.add("oanh", UserRole.ANALYST)
    with sessions() as session:
        assert check_password(session, "an@facts.example", PASSWORD + "x") is None
        assert check_password(session, "nobody@facts.example", PASSWORD) is None
        assert check_password(session, "oanh@facts.example", PASSWORD) is None


def test_passwords_are_argon2id(sessions: Sessions, people: People) -> None:
    user = people.add("an", UserRole.ANALYST, password=PASSWORD).user
    assert user.password_hash is not None
    assert user.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(
    "password",
    [
        "ngắn quá",
        "T7#kfPq2!xVm",
        "password12341234",
        "PasswordPassword!",
        "123456789012345",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "qwertyuiopasdfghjkl",
        "mật khẩu mật khẩu",
        "dinhchinh2026!!!",
        "an@facts.example",
        "Nguyễn Thị An 1990",
        "NguyenThiAn1990@!",
        "phongthongtin2026",
        "x" * 129,
        # Said twice and decorated, a word is still that word;
        "Vietnam@2026!Vietnam",
        "VietNam@2026!!VietNam@2026",
        "Vietnam@2026!Vietnam@2025",
        "Password@2026!Password",
        "Admin@2026!Admin@2026",
        "Qwerty@2026!Qwerty",
        "V1etnam@2026!V1etnam",
        "maNteiV@2026!maNteiV",
        "Abc@12345Abc@12345",
        "Hanoi-Hanoi-Hanoi",
        # and so it is among others that anybody would try here, the service and its user among them.
        "Vietnam@2026!Hanoi",
        "dinhchinh-vietnam-2026",
        "dinhchinh-vietnam-hanoi-2026",
        "Đính chính Việt Nam 2026",
        "matkhau@Vietnam2026",
        "mật khẩu của tôi 2026",
        "v.i.e.t.n.a.m.2026!",
        "anhyeuem@anhyeuem1",
        "Nguyen@Thi@An@2026",
        "an.facts.example.1990",
        "facts.example@Nguyen",
        "facts.example facts 2026",
    ],
)
def test_passwords_that_are_short_or_easy_to_guess_are_refused(password: str) -> None:
    with pytest.raises(Invalid, match=r"too easy to guess|must have"):
        hash_password(password, email="an@facts.example", name="Nguyễn Thị An")


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "bốn con mèo trên mái ngói",
        "bon con meo tren mai ngoi",
        "boncontraugamco",
        "correct horse battery",
        "lamp river copper sunday",
        "đường phố mùa thu lá rơi",
        # Words that are said twice, the place, the name, digits and punctuation are welcome in what is long without them.
        "con voi con kiến con ong",
        "mưa rơi mưa rơi trên phố nhỏ",
        "an toàn là bạn, tai nạn là thù",
        "bún chả Hà Nội, phở gà",
        "Hà Nội mùa này vắng những cơn mưa",
        "An Nguyễn ngồi vẽ con mèo xanh",
        "T7#kfPq2!xVm9wLz",
        "xk72-qpfm-90zt-wv",
        "k9$wq!zr2m@lt7p",
        "73920184756109283",
    ],
)
def test_long_and_unusual_passwords_are_taken_whatever_they_are_made_of(password: str) -> None:
    assert hash_password(password, email="an@facts.example", name="Nguyễn Thị An")


def test_a_password_of_a_published_list_is_refused_wherever_it_stands_there(tmp_path: Path) -> None:
    stolen = [f"cái gì đó rất dài {number}" for number in range(300)]
    digests = sorted(hashlib.sha1(one.encode(), usedforsecurity=False).hexdigest().upper() for one in stolen)
    listed = tmp_path / "leaked.txt"
    listed.write_text("".join(f"{one}:{number}\n" for number, one in enumerate(digests)))
    leaked = LeakedPasswords(listed)
    assert all(one in leaked for one in stolen)
    assert not any(one + "!" in leaked for one in stolen)
    with pytest.raises(Invalid, match="published list"):
        hash_password(stolen[7], leaked=leaked)
    listed.write_text("")
    assert stolen[7] not in leaked


def test_a_browser_session_ends_by_itself_and_when_signed_out(
    sessions: Sessions, clock: Clock, people: People
) -> None:
    user = people.add("an", UserRole.ANALYST).user
    with writing(sessions) as session:
        opened = open_sign_in(session, user, now=clock.now)
    with sessions() as session:
        assert session.scalars(select(SignIn.token_sha256)).one() != opened.token
        assert find_sign_in(session, opened.token, now=clock.now) is not None
        assert find_sign_in(session, opened.token + "x", now=clock.now) is None
        assert find_sign_in(session, opened.token, now=clock.now + timedelta(hours=12)) is None
    with writing(sessions) as session:
        close_sign_in(session, opened.row)
    with sessions() as session:
        assert find_sign_in(session, opened.token, now=clock.now) is None


@pytest.mark.parametrize("email", ["", "no-at-sign", "two@@signs", "space in@it.example", "nul\0@it.example"])
def test_an_account_needs_an_address(sessions: Sessions, clock: Clock, email: str) -> None:
    with pytest.raises(Invalid), writing(sessions) as session:
        create_user(session, email=email, name="An", role=UserRole.ANALYST, now=clock.now)


def test_one_address_has_one_account_whatever_its_case(
    sessions: Sessions, clock: Clock, people: People
) -> None:
    people.add("an", UserRole.ANALYST)
    with pytest.raises(Conflict), writing(sessions) as session:
        create_user(session, email="AN@FACTS.example", name="An", role=UserRole.ANALYST, now=clock.now)


def test_accounts_desks_and_keys_are_in_the_log_without_their_secrets(
    sessions: Sessions, clock: Clock
) -> None:
    with writing(sessions) as session:
        create_desk(session, slug="bo-y-te", name="Bộ Y tế", now=clock.now)
        user = create_user(
            session, email="a@b.example", name="A", role=UserRole.ADMIN, now=clock.now, password=PASSWORD
        )
        made = create_key(session, user, label="laptop", now=clock.now)
    assert made.key not in repr(made)
    with sessions() as session:
        report = verify_chain(session)
    assert (report.ok, report.entries) == (True, 3)


@pytest.mark.parametrize("slug", ["", "Bo-Y-Te", "bộ-y-tế", "-a", "a--b", "a/b", "a" * 101])
def test_a_desk_has_a_slug_that_an_address_can_carry(sessions: Sessions, clock: Clock, slug: str) -> None:
    with pytest.raises(Invalid), writing(sessions) as session:
        create_desk(session, slug=slug, name="Bộ Y tế", now=clock.now)
