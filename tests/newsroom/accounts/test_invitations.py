"""Invitations: an administrator creates a link that works once, until the invitation expires or is withdrawn."""

import logging
import re
from datetime import timedelta

import pytest
from django.contrib import messages
from django.contrib.auth.models import Group
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from pytest_django.asserts import assertContains, assertRedirects, assertTemplateUsed

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
PASSWORD = "a-long-enough-password"  # noqa: S105 -- for test accounts only
FORM = {"first_name": "Ana", "last_name": "Kestrel", "username": "ana", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture(autouse=True)
def _reset_rate_limits():
    cache.clear()


def get_role(name):
    return Group.objects.get(name=name)


@pytest.fixture
def new_invitation(administrator):
    """Return an open invitation with the role of writer."""
    return invitations.create_invitation(
        "ana@lisle.example", full_name="Ana Kestrel", roles=[get_role("Writer")], by=administrator, at=clock.now()
    )


def get_path(new_invitation):
    return new_invitation.url.removeprefix("http://testserver")


def test_the_link_creates_an_account_with_the_roles_and_signs_in(client, new_invitation):
    assertContains(client.get(get_path(new_invitation)), 'value="Kestrel"')
    assertRedirects(client.post(get_path(new_invitation), FORM), "/admin/", fetch_redirect_response=False)
    user = User.objects.get(username="ana")
    assert (user.email, user.get_full_name(), user.is_staff) == ("ana@lisle.example", "Ana Kestrel", True)
    assert [group.name for group in user.groups.all()] == ["Writer"]
    assert client.get("/admin/notices/").status_code == 200
    assert Invitation.objects.get().taken_by == user
    assert Event.objects.with_verb("invitation taken up").get().by == user


def test_new_users_are_redirected_to_set_up_a_required_second_factor(client, new_invitation, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    client.post(get_path(new_invitation), FORM)
    assertRedirects(client.get("/admin/"), "/accounts/2fa/")


def test_a_link_works_once(client, new_invitation):
    client.post(get_path(new_invitation), FORM)
    client.logout()
    assert client.get(get_path(new_invitation)).status_code == 404
    assert client.post(get_path(new_invitation), FORM | {"username": "eve"}).status_code == 404
    values = {"username": "e", "first_name": "", "last_name": "", "password": "x"}
    assert invitations.accept_invitation(new_invitation.token, **values, at=clock.now()) is None
    assert not User.objects.filter(username="eve").exists()


def test_a_second_link_to_an_address_is_invalid_once_the_first_was_used(client, new_invitation, administrator):
    # Two administrators who invite somebody at the same time do not see each other's invitation.
    Invitation.objects.update(email="b@lisle.example")
    other = invitations.create_invitation(
        "ana@lisle.example", roles=[get_role("Editor")], by=administrator, at=clock.now()
    )
    Invitation.objects.update(email="ana@lisle.example")
    assert client.get(get_path(other)).status_code == 200
    client.post(get_path(new_invitation), FORM)
    client.logout()
    assert client.get(get_path(other)).status_code == 404
    assert client.post(get_path(other), FORM | {"username": "ana-again"}).status_code == 404
    assert User.objects.filter(email__iexact="ana@lisle.example").count() == 1


def test_all_invalid_links_get_the_same_response(client, new_invitation, administrator, set_time):
    other = invitations.create_invitation(
        "b@lisle.example", roles=[get_role("Writer")], by=administrator, at=clock.now()
    )
    invitations.withdraw_invitation(other.invitation, by=administrator, at=clock.now())
    pages = {client.get(path).content for path in (get_path(other), "/accounts/invitation/made-up/")}
    set_time.go(to=new_invitation.invitation.ends_at)
    pages.add(client.get(get_path(new_invitation)).content)
    assert len(pages) == 1
    set_time.go(to=new_invitation.invitation.ends_at - timedelta(seconds=1))
    assert client.get(get_path(new_invitation)).status_code == 200


@pytest.mark.parametrize("lost", ["access", "role"])
def test_a_link_is_invalid_once_its_creator_may_no_longer_invite(client, administrator, lost):
    second = make_user(role="Administrator")
    new_invitation = invitations.create_invitation(
        "b@lisle.example", roles=[get_role("Administrator")], by=second, at=clock.now()
    )
    if lost == "access":
        offboard(second, by=administrator, at=clock.now())
    else:
        second.groups.clear()
    assert client.get(get_path(new_invitation)).status_code == 404


def test_only_a_digest_of_the_link_is_stored(new_invitation):
    stored = str(list(Invitation.objects.values())) + str(list(Event.objects.values()))
    assert new_invitation.token not in stored
    assert "ana@lisle.example" not in str(list(Event.objects.values()))


def test_the_link_is_redacted_in_logs(new_invitation):
    record = logging.LogRecord("x", logging.WARNING, "", 0, f"Not Found: {new_invitation.url}", None, None)
    line = RedactingFormatter().format(record)
    assert new_invitation.token not in line
    assert "/accounts/invitation/…/" in line


def test_the_page_is_not_cached_and_hides_its_address_from_other_sites(client, new_invitation):
    response = client.get(get_path(new_invitation))
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
    assert new_invitation.token not in response.content.decode()


def test_guessing_links_is_rate_limited(client, new_invitation):
    codes = [
        client.get(f"/accounts/invitation/guess-{number}/").status_code for number in range(login.MAX_ATTEMPTS + 1)
    ]
    assert codes == [404] * login.MAX_ATTEMPTS + [429]
    assert client.post(get_path(new_invitation), FORM).status_code == 429
    assert client.get("/accounts/invitation/guess/", REMOTE_ADDR="203.0.113.9").status_code == 404


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"username": "administrator"}, {"username": "unique"}),
        ({"username": "ADMINISTRATOR"}, {"username": "unique"}),
        ({"username": "a b\x00"}, {"username": "null_characters_not_allowed"}),
        ({"username": "a b"}, {"username": "invalid"}),
        ({"username": ""}, {"username": "required"}),
        ({"again": "another-long-password"}, {"again": None}),
        ({"password": "short", "again": "short"}, {"password": "password_too_short"}),
        (
            {"password": "ana.kestrel1", "again": "ana.kestrel1", "username": "ana.kestrel1"},
            {"password": "password_too_similar"},
        ),
        ({"first_name": "x" * 200}, {"first_name": "max_length"}),
        ({"password": "x" * 5_000, "again": "x" * 5_000}, {"password": "max_length", "again": "max_length"}),
    ],
)
def test_invalid_input_is_refused_with_a_message_and_the_link_still_works(client, new_invitation, changes, codes):
    response = client.post(get_path(new_invitation), FORM | changes)
    errors = response.context["form"].errors
    assert {field: error.code for field, (error,) in errors.as_data().items()} == codes
    for (message,) in errors.values():
        assertContains(response, message, status_code=422)
    assert client.post(get_path(new_invitation), FORM).status_code == 302


def test_a_signed_in_user_is_asked_to_sign_out_first(administrator_client, new_invitation):
    response = administrator_client.get(get_path(new_invitation))
    assertTemplateUsed(response, "accounts/invitation_signed_in.html")
    assertContains(response, 'action="/accounts/logout/"', status_code=409)
    assertContains(response, f'name="next" value="{get_path(new_invitation)}"', status_code=409)
    administrator_client.post(get_path(new_invitation), FORM)
    assert Invitation.objects.get().taken_at is None


@pytest.fixture
def _enable_mail(settings):
    settings.EMAIL_CONFIGURED = True


@pytest.mark.usefixtures("_enable_mail")
def test_an_invitation_is_sent_by_mail(administrator_client):
    form = {"email": "ana@lisle.example", "roles": [get_role("Writer").pk, get_role("Curator").pk]}
    assertRedirects(administrator_client.post(f"{LIST}add/", form), LIST)
    (message,) = mail.outbox
    assert message.to == ["ana@lisle.example"]
    assert re.search(r"^http://testserver/accounts/invitation/[\w-]{43}/$", message.body, re.MULTILINE)
    invitation = Invitation.objects.get()
    assert Invitation.objects.open(clock.now()).get() == invitation
    assertContains(
        administrator_client.get(LIST), f'<td class="field-state">{invitation.state_at(clock.now())}</td>', count=1
    )
    assert invitation.mailed_at is not None


@pytest.mark.usefixtures("_enable_mail")
def test_if_the_mail_fails_the_link_is_shown(administrator_client, monkeypatch):
    def fail(**_):
        raise NotSentError("The mail server answered 451.")

    monkeypatch.setattr(invitations, "send_mail", fail)
    response = administrator_client.post(f"{LIST}add/", {"email": "a@lisle.example", "roles": [get_role("Writer").pk]})
    assertContains(response, "The mail server answered 451.")
    assertContains(response, "/accounts/invitation/")
    assert Invitation.objects.get().mailed_at is None


def test_without_a_mail_server_the_link_is_shown_once(administrator_client):
    response = administrator_client.post(f"{LIST}add/", {"email": "a@lisle.example", "roles": [get_role("Writer").pk]})
    (link,) = re.findall(r"/accounts/invitation/[\w-]+/", response.content.decode())
    assert "no-store" in response["Cache-Control"]
    invitation = Invitation.objects.get()
    for address in (LIST, f"{LIST}{invitation.pk}/change/"):
        assert link not in administrator_client.get(address).content.decode()


def test_a_renewed_invitation_has_a_new_link_and_a_new_expiry(administrator_client, client, new_invitation, set_time):
    set_time.go(to=new_invitation.invitation.ends_at + timedelta(days=1))
    response = administrator_client.post(f"{LIST}{new_invitation.invitation.pk}/again/")
    (link,) = re.findall(r"/accounts/invitation/[\w-]+/", response.content.decode())
    assert client.get(get_path(new_invitation)).status_code == 404
    assert client.get(link).status_code == 200


def test_a_withdrawn_invitation_is_invalid_and_cannot_be_renewed(
    administrator, administrator_client, client, new_invitation
):
    assertRedirects(administrator_client.post(f"{LIST}{new_invitation.invitation.pk}/withdraw/"), LIST)
    assert client.get(get_path(new_invitation)).status_code == 404
    with pytest.raises(ValidationError) as refused:
        invitations.withdraw_invitation(new_invitation.invitation, by=administrator, at=clock.now())
    assert refused.value.code == "withdrawn"
    administrator_client.get(LIST)  # shows the message about the withdrawal
    for verb in ("again", "withdraw"):
        response = administrator_client.post(f"{LIST}{new_invitation.invitation.pk}/{verb}/", follow=True)
        shown = [(message.level, str(message)) for message in response.context["messages"]]
        assert shown == [(messages.ERROR, refused.value.message)]


@pytest.mark.parametrize(
    ("form", "field", "code"),
    [
        ({"email": "no address"}, "email", "invalid"),
        ({"email": ""}, "email", "required"),
        ({"email": "x@lisle.example", "roles": []}, "roles", "required"),
        ({"email": "x@lisle.example", "roles": ["9" * 30]}, "roles", "invalid_choice"),
    ],
)
def test_an_invalid_invitation_is_refused_with_a_message(administrator_client, new_invitation, form, field, code):
    response = administrator_client.post(f"{LIST}add/", {"roles": [get_role("Writer").pk]} | form)
    errors = response.context["form"].errors
    (error,) = errors.as_data()[field]
    assert (list(errors), error.code) == ([field], code)
    assertContains(response, errors[field][0], status_code=422)
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize(("email", "code"), [("ANA@lisle.example", "open"), ("Known@lisle.example", "known")])
def test_a_person_with_an_invitation_or_an_account_is_not_invited_again(
    administrator_client, new_invitation, email, code
):
    existing_user = make_user()
    existing_user.email = "known@lisle.example"
    existing_user.save()
    response = administrator_client.post(f"{LIST}add/", {"roles": [get_role("Writer").pk], "email": email})
    errors = response.context["form"].errors
    (error,) = errors.as_data()["email"]
    assert (list(errors), error.code) == (["email"], code)
    assertContains(response, error.message, status_code=422)
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("verb", ["again", "withdraw"])
def test_a_missing_invitation_answers_404(administrator_client, verb):
    assert administrator_client.post(f"{LIST}{'9' * 30}/{verb}/").status_code == 404


def test_only_administrators_can_invite(editor, new_invitation):
    with pytest.raises(NotAllowedError):
        invitations.create_invitation("x@lisle.example", roles=[], by=editor, at=clock.now())
    with pytest.raises(NotAllowedError):
        invitations.renew_invitation(new_invitation.invitation, by=editor, at=clock.now())
    with pytest.raises(NotAllowedError):
        invitations.withdraw_invitation(new_invitation.invitation, by=editor, at=clock.now())
    client = signed_in(editor)
    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}{new_invitation.invitation.pk}/again/").status_code in {403, 404}


def test_a_user_name_that_was_taken_at_the_same_time_is_refused(new_invitation, monkeypatch):
    monkeypatch.setattr(User, "full_clean", lambda self: None)
    make_user(username="ana")
    with pytest.raises(ValidationError) as refused:
        invitations.accept_invitation(
            new_invitation.token, username="ana", first_name="A", last_name="", password=PASSWORD, at=clock.now()
        )
    ((field, (error,)),) = refused.value.error_dict.items()
    assert (field, error.code) == ("username", "unique")
    assert isinstance(refused.value.__cause__, IntegrityError)
    assert Invitation.objects.get().taken_at is None


def test_with_a_malformed_proxy_header_the_connection_is_rate_limited(client, db, settings, caplog):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    codes = [
        client.get("/accounts/invitation/guess/", headers={"X-Forwarded-For": f"x{number}"}).status_code
        for number in range(login.MAX_ATTEMPTS + 1)
    ]
    assert codes == [404] * login.MAX_ATTEMPTS + [429]
    warnings = [record for record in caplog.records if "X-Forwarded-For" in record.getMessage()]
    assert len(warnings) == len(codes)
    assert not any(record.exc_info for record in caplog.records)
