"""Invitations: a link that works once and for a week, for whom an administrator chose, and for nobody else."""

import logging
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from pytest_django.asserts import assertContains, assertRedirects

from newsroom.accounts import invitations, login
from newsroom.accounts.models import Invitation, User
from newsroom.accounts.offboarding import offboard
from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.http import clock
from newsroom.http.log_redaction import RedactingFormatter
from newsroom.notifications.mail import NotSentError
from tests.conftest import signed_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/invitation/"
PASSWORD = "a-long-enough-password"  # noqa: S105 -- for accounts that live as long as one test
SAID = {"first_name": "Ana", "last_name": "Kestrel", "username": "ana", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture(autouse=True)
def _nothing_counted_yet():
    cache.clear()


def role(name):
    return Group.objects.get(name=name)


@pytest.fixture
def made(administrator):
    """Return an open invitation to become a writer."""
    return invitations.create_invitation(
        "ana@lisle.example", full_name="Ana Kestrel", roles=[role("Writer")], by=administrator, at=clock.now()
    )


def link_of(made):
    return made.url.removeprefix("http://testserver")


def test_whoever_holds_the_link_makes_an_account_with_the_chosen_roles_and_is_signed_in(client, made):
    assertContains(client.get(link_of(made)), 'value="Kestrel"')
    assertRedirects(client.post(link_of(made), SAID), "/admin/", fetch_redirect_response=False)
    user = User.objects.get(username="ana")
    assert (user.email, user.get_full_name(), user.is_staff) == ("ana@lisle.example", "Ana Kestrel", True)
    assert [group.name for group in user.groups.all()] == ["Writer"]
    assert client.get("/admin/notices/").status_code == 200
    assert Invitation.objects.get().taken_by == user
    assert Event.objects.with_verb("invitation taken up").get().by == user


def test_where_a_second_factor_is_demanded_they_are_led_to_set_one_up(client, made, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    client.post(link_of(made), SAID)
    assertRedirects(client.get("/admin/"), "/accounts/2fa/")


def test_a_link_works_once(client, made):
    client.post(link_of(made), SAID)
    client.logout()
    assert client.get(link_of(made)).status_code == 404
    assert client.post(link_of(made), SAID | {"username": "eve"}).status_code == 404
    again = {"username": "e", "first_name": "", "last_name": "", "password": "x"}
    assert invitations.accept_invitation(made.token, **again, at=clock.now()) is None
    assert not User.objects.filter(username="eve").exists()


def test_a_second_link_to_one_address_opens_nothing_once_the_first_made_an_account(client, made, administrator):
    # Two administrators who invite at one moment do not see each other's invitation.
    Invitation.objects.update(email="b@lisle.example")
    other = invitations.create_invitation("ana@lisle.example", roles=[role("Editor")], by=administrator, at=clock.now())
    Invitation.objects.update(email="ana@lisle.example")
    assert client.get(link_of(other)).status_code == 200
    client.post(link_of(made), SAID)
    client.logout()
    assert client.get(link_of(other)).status_code == 404
    assert client.post(link_of(other), SAID | {"username": "ana-again"}).status_code == 404
    assert User.objects.filter(email__iexact="ana@lisle.example").count() == 1


def test_a_link_that_opens_nothing_is_answered_alike_whatever_the_reason(client, made, administrator, set_time):
    other = invitations.create_invitation("b@lisle.example", roles=[role("Writer")], by=administrator, at=clock.now())
    invitations.withdraw_invitation(other.invitation, by=administrator, at=clock.now())
    answers = {client.get(path).content for path in (link_of(other), "/accounts/invitation/made-up/")}
    set_time.go(to=made.invitation.ends_at)
    answers.add(client.get(link_of(made)).content)
    assert len(answers) == 1
    set_time.go(to=made.invitation.ends_at - timedelta(seconds=1))
    assert client.get(link_of(made)).status_code == 200


@pytest.mark.parametrize("loses", ["access", "role"])
def test_a_link_dies_with_the_right_of_whoever_made_it(client, administrator, loses):
    second = make_user(role="Administrator")
    made = invitations.create_invitation("b@lisle.example", roles=[role("Administrator")], by=second, at=clock.now())
    if loses == "access":
        offboard(second, by=administrator, at=clock.now())
    else:
        second.groups.clear()
    assert client.get(link_of(made)).status_code == 404


def test_only_a_digest_of_the_link_is_kept(made):
    kept = str(list(Invitation.objects.values())) + str(list(Event.objects.values()))
    assert made.token not in kept
    assert "ana@lisle.example" not in str(list(Event.objects.values()))


def test_no_log_holds_the_link(made):
    record = logging.LogRecord("x", logging.WARNING, "", 0, f"Not Found: {made.url}", None, None)
    said = RedactingFormatter().format(record)
    assert made.token not in said
    assert "/accounts/invitation/…/" in said


def test_the_page_tells_no_other_site_its_address_and_is_kept_nowhere(client, made):
    response = client.get(link_of(made))
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
    assert made.token not in response.content.decode()


def test_who_guesses_links_has_to_wait(client, made):
    codes = [
        client.get(f"/accounts/invitation/guess-{number}/").status_code for number in range(login.MAX_ATTEMPTS + 1)
    ]
    assert codes == [404] * login.MAX_ATTEMPTS + [429]
    assert client.post(link_of(made), SAID).status_code == 429
    assert client.get("/accounts/invitation/guess/", REMOTE_ADDR="203.0.113.9").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"username": "administrator"}, "already exists"),
        ({"username": "ADMINISTRATOR"}, "already exists"),
        ({"username": "a b\x00"}, "Null characters"),
        ({"username": "a b"}, "Enter a valid username"),
        ({"username": ""}, "required"),
        ({"again": "another-long-password"}, "differ"),
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": "ana.kestrel1", "again": "ana.kestrel1", "username": "ana.kestrel1"}, "too similar"),
        ({"first_name": "x" * 200}, "at most 150"),
        ({"password": "x" * 5_000, "again": "x" * 5_000}, "at most 4096"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_the_link_still_works(client, made, wrong, says):
    assertContains(client.post(link_of(made), SAID | wrong), says, status_code=422)
    assert client.post(link_of(made), SAID).status_code == 302


def test_somebody_who_is_signed_in_is_asked_to_sign_out_first(administrator_client, made):
    assertContains(administrator_client.get(link_of(made)), "Somebody is signed in", status_code=409)
    administrator_client.post(link_of(made), SAID)
    assert Invitation.objects.get().taken_at is None


@pytest.fixture
def _with_mail(settings):
    settings.EMAIL_CONFIGURED = True


@pytest.mark.usefixtures("_with_mail")
def test_an_administrator_invites_by_mail(administrator_client):
    form = {"email": "ana@lisle.example", "roles": [role("Writer").pk, role("Curator").pk]}
    assertRedirects(administrator_client.post(f"{LIST}add/", form), LIST)
    (sent,) = mail.outbox
    assert sent.to == ["ana@lisle.example"]
    assert re.search(r"^http://testserver/accounts/invitation/[\w-]{43}/$", sent.body, re.MULTILINE)
    assertContains(administrator_client.get(LIST), "Open")
    assert Invitation.objects.get().mailed_at is not None


@pytest.mark.usefixtures("_with_mail")
def test_a_mail_that_does_not_go_out_leaves_the_link_to_be_copied(administrator_client, monkeypatch):
    def fail(**_):
        raise NotSentError("The mail server answered 451.")

    monkeypatch.setattr(invitations, "send_mail", fail)
    response = administrator_client.post(f"{LIST}add/", {"email": "a@lisle.example", "roles": [role("Writer").pk]})
    assertContains(response, "The mail server answered 451.")
    assertContains(response, "/accounts/invitation/")
    assert Invitation.objects.get().mailed_at is None


def test_without_mail_the_link_is_shown_once(administrator_client):
    response = administrator_client.post(f"{LIST}add/", {"email": "a@lisle.example", "roles": [role("Writer").pk]})
    (link,) = re.findall(r"/accounts/invitation/[\w-]+/", response.content.decode())
    assert "no-store" in response["Cache-Control"]
    invitation = Invitation.objects.get()
    for address in (LIST, f"{LIST}{invitation.pk}/change/"):
        assert link not in administrator_client.get(address).content.decode()


def test_sent_again_it_has_another_link_and_a_new_end(administrator_client, client, made, set_time):
    set_time.go(to=made.invitation.ends_at + timedelta(days=1))
    response = administrator_client.post(f"{LIST}{made.invitation.pk}/again/")
    (link,) = re.findall(r"/accounts/invitation/[\w-]+/", response.content.decode())
    assert client.get(link_of(made)).status_code == 404
    assert client.get(link).status_code == 200


def test_a_withdrawn_invitation_opens_nothing_and_is_not_sent_again(administrator_client, client, made):
    assertRedirects(administrator_client.post(f"{LIST}{made.invitation.pk}/withdraw/"), LIST)
    assert client.get(link_of(made)).status_code == 404
    response = administrator_client.post(f"{LIST}{made.invitation.pk}/again/", follow=True)
    assertContains(response, "was withdrawn")
    assertContains(administrator_client.post(f"{LIST}{made.invitation.pk}/withdraw/", follow=True), "was withdrawn")


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"email": "ANA@lisle.example"}, "open invitation"),
        ({"email": "Known@lisle.example"}, "has an account already"),
        ({"email": "no address"}, "valid email"),
        ({"email": ""}, "to which address"),
        ({"email": "x@lisle.example", "roles": []}, "at least one role"),
        ({"email": "x@lisle.example", "roles": ["9" * 30]}, "roles that there are"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused_in_a_sentence(administrator_client, made, form, says):
    known = make_user()
    known.email = "known@lisle.example"
    known.save()
    response = administrator_client.post(f"{LIST}add/", {"roles": [role("Writer").pk]} | form)
    assertContains(response, says, status_code=422)
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("verb", ["again", "withdraw"])
def test_an_invitation_that_there_never_was_is_not_found(administrator_client, verb):
    assert administrator_client.post(f"{LIST}{'9' * 30}/{verb}/").status_code == 404


def test_nobody_but_administrators_invites(editor, made):
    with pytest.raises(NotAllowedError):
        invitations.create_invitation("x@lisle.example", roles=[], by=editor, at=clock.now())
    with pytest.raises(NotAllowedError):
        invitations.renew_invitation(made.invitation, by=editor, at=clock.now())
    with pytest.raises(NotAllowedError):
        invitations.withdraw_invitation(made.invitation, by=editor, at=clock.now())
    client = signed_in(editor)
    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}{made.invitation.pk}/again/").status_code in {403, 404}


def test_a_name_that_somebody_takes_at_the_same_moment_is_refused_and_not_half_made(made, monkeypatch):
    monkeypatch.setattr(User, "full_clean", lambda self: None)
    make_user(username="ana")
    with pytest.raises(ValidationError, match="a moment ago"):
        invitations.accept_invitation(
            made.token, username="ana", first_name="A", last_name="", password=PASSWORD, at=clock.now()
        )
    assert Invitation.objects.get().taken_at is None


def test_a_malformed_header_of_a_proxy_is_one_line_in_the_log_and_the_connection_is_counted(
    client, db, settings, caplog
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    answers = [
        client.get("/accounts/invitation/guess/", headers={"X-Forwarded-For": f"x{number}"}).status_code
        for number in range(login.MAX_ATTEMPTS + 1)
    ]
    assert answers == [404] * login.MAX_ATTEMPTS + [429]
    lines = [record for record in caplog.records if "X-Forwarded-For" in record.getMessage()]
    assert len(lines) == len(answers)
    assert not any(record.exc_info for record in caplog.records)
