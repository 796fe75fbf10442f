"""Twenty clients try passwords at the same moment: no more than the limit are compared, and the owner gets in."""

from dataclasses import replace

import pytest
from allauth.account.utils import user_pk_to_url_str
from django.core.cache import cache
from django.test import Client

from newsroom.accounts.models import User
from newsroom.audit.models import AccessEntry
from tests.factories import PASSWORD, make_user
from tests.passkeys import add_passkey
from tests.races.processes import run_concurrently

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 20
LOGIN = "/accounts/login/"
OWNER = "192.0.2.7"


@pytest.fixture(autouse=True)
def _reset_rate_limits(transactional_db):
    cache.clear()


def guess(username, address, count):
    """Try wrong passwords from an address, and return the statuses."""
    client = Client(REMOTE_ADDR=address)
    form = {"login": username, "password": "not-the-password"}
    return [client.post(LOGIN, form).status_code for _ in range(count)]


def sign_in(username, address, password):
    return Client(REMOTE_ADDR=address).post(LOGIN, {"login": username, "password": password}).status_code


def guess_or_use_passkey(username, address, passkey):
    """Try six wrong passwords, or sign in with the passkey if there is one, and return the statuses."""
    if passkey is None:
        return guess(username, address, 6)
    client = Client(REMOTE_ADDR=address)
    return [passkey.sign_in(client), client.get("/accounts/").status_code]


def count_events(user: User) -> dict[str, int]:
    verbs = list(AccessEntry.objects.filter(account=user).values_list("verb", flat=True))
    return {verb: verbs.count(verb) for verb in sorted(set(verbs))}


def test_twenty_clients_of_one_connection_compare_five_passwords(tmp_path):
    user = make_user()
    answers = run_concurrently(guess, [(user.username, "198.51.100.1", 1)] * CLIENTS, media_root=tmp_path)
    assert sorted(status for _, (status,) in answers) == [200] * 5 + [429] * 15
    assert count_events(user) == {"failed": 5, "locked out": 1}


def test_twenty_clients_of_as_many_connections_do_not_lock_the_owner_out(tmp_path):
    user = make_user()
    assert sign_in(user.username, OWNER, PASSWORD) == 302
    calls = [(user.username, f"198.51.100.{number}", 6) for number in range(CLIENTS)]
    answers = run_concurrently(guess, calls, media_root=tmp_path)
    statuses = [status for _, each in answers for status in each]
    assert (statuses.count(200), statuses.count(429)) == (100, 20)
    assert sign_in(user.username, "203.0.113.1", PASSWORD) == 429
    assert sign_in(user.username, OWNER, PASSWORD) == 302
    assert count_events(user)["failed"] == 100


def test_the_owner_signs_in_with_a_passkey_while_twenty_clients_guess_the_password(tmp_path):
    user = make_user()
    passkey = add_passkey(user)
    calls = [(user.username, f"198.51.100.{number}", None) for number in range(CLIENTS)]
    calls.append((user.username, OWNER, passkey))
    answers = run_concurrently(guess_or_use_passkey, calls, media_root=tmp_path)
    assert ("returned", [302, 200]) in answers
    assert sign_in(user.username, "203.0.113.1", PASSWORD) == 429
    assert guess_or_use_passkey(user.username, "203.0.113.1", passkey) == [302, 200]
    assert count_events(user)["signed in"] == 2


def test_a_passkey_of_somebody_else_does_not_open_the_account():
    user, other = make_user(), make_user()
    add_passkey(user)
    stranger = replace(add_passkey(other), user_handle=user_pk_to_url_str(user))
    assert guess_or_use_passkey(user.username, OWNER, stranger) == [302, 302]
