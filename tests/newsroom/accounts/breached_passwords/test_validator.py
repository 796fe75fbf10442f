"""Passwords that were stolen elsewhere are refused wherever a password is chosen."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.cache import cache
from django.core.checks import INFO, Warning
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.test import Client

from newsroom.accounts import invitations
from newsroom.accounts.breached_passwords.lookup import UnusableListError, digest_prefix, open_list
from newsroom.accounts.breached_passwords.validator import (
    BreachedPasswordValidator,
    check_list_exists,
    check_list_is_usable,
)
from newsroom.accounts.doctor import examine_passwords
from newsroom.accounts.first_administrator import create_administrator, make_password_url
from newsroom.accounts.models import User
from newsroom.http import clock
from newsroom.operations.doctor.registry import Severity
from tests.conftest import signed_in
from tests.factories import PASSWORD, make_user
from tests.newsroom.accounts.breached_passwords.public_list import write_list

STOLEN = "correct-horse-battery-staple"
FREE = "nobody-ever-lost-this-sentence"


@pytest.fixture
def use_list(settings, tmp_path):
    """A function that makes the site use a file, by default a list with ``STOLEN``; it returns the path."""

    def use(content: bytes | None = None):
        path = tmp_path / "breached_passwords"
        if content is None:
            write_list(path, STOLEN, "another", "a third")
        else:
            path.write_bytes(content)
        settings.BREACHED_PASSWORDS_FILE = str(path)
        settings.AUTH_PASSWORD_VALIDATORS = [
            {
                "NAME": "newsroom.accounts.breached_passwords.validator.BreachedPasswordValidator",
                "OPTIONS": {"path": str(path)},
            }
        ]
        return path

    return use


def test_every_password_in_the_list_is_found_and_no_other(tmp_path):
    stolen, free = ([f"{kind} password {number}" for number in range(1_000)] for kind in ("stolen", "free"))
    with open_list(write_list(tmp_path / "list", *stolen)) as breached_passwords:
        assert len(breached_passwords) == 1_000
        assert all(password in breached_passwords for password in stolen)
        assert not any(password in breached_passwords for password in free)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_short_lists_are_searched_to_both_ends(tmp_path, count):
    words = [str(number) for number in range(count)]
    with open_list(write_list(tmp_path / "list", *words)) as breached_passwords:
        assert all(word in breached_passwords for word in words)
        assert not any(str(number) in breached_passwords for number in range(count, 200))


@pytest.mark.parametrize("password", ["pässwörd", "密码", "a\ud800b"])
def test_a_password_may_have_any_character(tmp_path, password):
    with open_list(write_list(tmp_path / "list", "pässwörd")) as breached_passwords:
        assert (password in breached_passwords) is (password == "pässwörd")  # noqa: S105 -- no password of anybody


def test_a_stolen_password_is_refused_with_a_code(use_list):
    use_list()
    validate_password(FREE)
    with pytest.raises(ValidationError) as refused:
        validate_password(STOLEN)
    assert [error.code for error in refused.value.error_list] == ["password_breached"]


type Form = tuple[Client, str, dict[str, Any]]


def change_own_password(administrator: User) -> Form:
    return signed_in(administrator), "/accounts/password/change/", {"oldpassword": PASSWORD}


def open_link(url: str) -> Form:
    """Follow a link to the form for a new password."""
    client = Client()
    return client, client.get(url.removeprefix("http://testserver"))["Location"], {}


def reset_by_mail(administrator: User) -> Form:
    Client().post("/accounts/password/reset/", {"email": administrator.email})
    return open_link(next(line for line in mail.outbox[-1].body.splitlines() if "/password/reset/key/" in line).strip())


def become_first_administrator(administrator: User) -> Form:
    return open_link(make_password_url(create_administrator("first@lisle.example")))


def set_first_password(administrator: User) -> Form:
    administrator.set_unusable_password()
    administrator.save()
    return signed_in(administrator), "/accounts/password/set/", {}


def take_up_invitation(administrator: User) -> Form:
    invitation = invitations.create_invitation(
        "ana@lisle.example", roles=[Group.objects.get(name="Writer")], by=administrator, at=clock.now()
    )
    names = {"first_name": "Ana", "last_name": "Kestrel", "username": "ana"}
    return Client(), invitation.url.removeprefix("http://testserver"), names


def set_for_another(administrator: User) -> Form:
    address = f"/admin/accounts/user/{make_user(role='Writer').pk}/password/"
    return signed_in(administrator), address, {"usable_password": "true"}


def add_account(administrator: User) -> Form:
    fields = {"username": "ben", "groups": [Group.objects.get(name="Writer").pk], "usable_password": "true"}
    return signed_in(administrator), "/admin/accounts/user/add/", fields


def list_error_codes(response: HttpResponse) -> set[str]:
    context = response.context  # type: ignore[attr-defined]  # of the client
    form = context["adminform"].form if "adminform" in context else context["form"]
    return {error.code for errors in form.errors.as_data().values() for error in errors}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "open_form",
    [
        change_own_password,
        reset_by_mail,
        become_first_administrator,
        set_first_password,
        take_up_invitation,
        set_for_another,
        add_account,
    ],
)
def test_no_form_takes_a_stolen_password(administrator, use_list, open_form):
    cache.clear()
    use_list()
    client, address, fields = open_form(administrator)
    names = ("password", "again") if open_form is take_up_invitation else ("password1", "password2")
    passwords = list(User.objects.order_by("pk").values_list("pk", "password"))
    response = client.post(address, fields | dict.fromkeys(names, STOLEN))
    assert list_error_codes(response) == {"password_breached"}
    assert list(User.objects.order_by("pk").values_list("pk", "password")) == passwords
    assert client.post(address, fields | dict.fromkeys(names, FREE)).status_code == 302
    assert list(User.objects.order_by("pk").values_list("pk", "password")) != passwords


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"1234567",
        digest_prefix(STOLEN) + b"\0",
        b"".join(sorted((digest_prefix(str(number)) for number in range(1_000)), reverse=True)),
        b"".join(digest_prefix(str(number)) for number in range(1_000)),
        b"5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:20\r\n" * 8,
    ],
)
def test_a_damaged_list_lets_passwords_pass_and_is_logged(use_list, caplog, content):
    path = use_list(content)
    validate_password(STOLEN)
    [record] = caplog.records
    assert (record.name, record.levelname) == ("newsroom.accounts.breached_passwords.validator", "ERROR")
    assert str(path) in record.getMessage()
    assert STOLEN not in record.getMessage()
    [warning] = check_list_is_usable(None)
    assert isinstance(warning, Warning)
    assert (warning.id, str(path) in warning.msg) == ("accounts.W002", True)


def test_a_missing_list_lets_passwords_pass_and_is_logged(use_list, caplog):
    path = use_list()
    path.unlink()
    validate_password(STOLEN)
    assert f"{path} cannot be read: No such file or directory." in caplog.text
    assert [warning.id for warning in check_list_is_usable(None)] == ["accounts.W002"]


def test_a_folder_in_place_of_a_list_is_refused(tmp_path):
    with pytest.raises(UnusableListError, match="cannot be read: Is a directory"), open_list(tmp_path):
        pass


def test_a_list_that_was_replaced_is_used_without_a_restart(tmp_path):
    validator = BreachedPasswordValidator(write_list(tmp_path / "list", "another"))
    validator.validate(STOLEN)
    write_list(tmp_path / "list", STOLEN)
    with pytest.raises(ValidationError):
        validator.validate(STOLEN)


def test_a_usable_list_passes_the_checks(use_list):
    use_list()
    assert check_list_exists(None) == check_list_is_usable(None) == []


def test_a_site_without_a_list_is_told_so_by_the_check_and_warned_by_the_doctor(settings, use_list):
    settings.BREACHED_PASSWORDS_FILE = ""
    (message,) = check_list_exists(None)
    assert (message.id, message.level) == ("accounts.I001", INFO)
    assert check_list_is_usable(None) == []
    assert [diagnosis.severity for diagnosis in examine_passwords()] == [Severity.WARNING]
    use_list()
    assert list(examine_passwords()) == []
