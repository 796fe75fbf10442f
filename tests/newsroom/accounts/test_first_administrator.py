"""The account of the first administrator, created from the command line."""

import re
from io import StringIO

import pytest
from django.core.management import call_command

from newsroom.accounts.models import User, active_administrators
from newsroom.audit.models import Event
from newsroom.operations.commands import CannotRunError
from tests.factories import make_user

pytestmark = pytest.mark.django_db
ADDRESS = "ana@lisle.example"
PASSWORD = "ko-ra-mi-te-bu-sa"  # noqa: S105


def run(address=ADDRESS):
    output = StringIO()
    call_command("create_administrator", address, stdout=output)
    return output.getvalue()


def choose_password(client, output):
    [path] = re.findall(r"http://testserver(/\S+)", output)
    form = client.get(path, follow=True)
    return client.post(form.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})


def test_the_administrator_chooses_a_password_at_the_printed_address(client):
    assert choose_password(client, run()).status_code == 302
    user = User.objects.get(email=ADDRESS)
    assert user.check_password(PASSWORD)
    assert active_administrators().get() == user


def test_the_account_has_no_password_until_then_and_is_recorded():
    run()
    user = User.objects.get(email=ADDRESS)
    assert not user.has_usable_password()
    assert Event.objects.filter(by=user).count() == 1


def test_running_the_command_again_prints_another_address_until_a_password_was_chosen(client):
    run()
    choose_password(client, run())
    assert "http" not in run()
    assert User.objects.filter(email=ADDRESS).count() == 1


def test_a_name_that_is_taken_is_not_used():
    make_user(username="Ana")
    run()
    assert User.objects.get(email=ADDRESS).username == ADDRESS


def test_an_account_with_another_role_is_refused():
    editor = make_user(role="Editor")
    with pytest.raises(CannotRunError, match="has an account that is not an administrator's"):
        run(editor.email)
    assert not active_administrators().exists()


def test_a_word_that_is_no_address_is_refused():
    with pytest.raises(CannotRunError, match="e-mail address, such as"):
        run("ana")
