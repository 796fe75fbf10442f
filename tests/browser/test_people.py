"""Invitations, reauthentication, sessions and notifications in a browser."""

import re
import time
from uuid import uuid4

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from playwright.sync_api import Page, expect

from newsroom.accounts import invitations
from newsroom.accounts.models import User
from newsroom.http import clock
from newsroom.notifications.models import MailStatus, Notice, NoticeKind
from newsroom.notifications.notify import notify
from stories.publishing import review
from tests.browser.conftest import DESKTOP, PHONE, sign_in
from tests.browser.faults import find_faults
from tests.factories import PASSWORD, make_story, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _reset_rate_limits():
    cache.clear()


@pytest.fixture(autouse=True)
def _configure_mail(settings, live_server):
    settings.EMAIL_CONFIGURED = True
    settings.SITE_URL = live_server.url


def code_of(secret: str, *, later: int = 0) -> str:
    """Return the code of an authenticator app now, or ``later`` time steps from now (RFC 6238)."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later)))


def set_up_app(page: Page) -> str:
    """Set up an authenticator app on its page, and return the secret."""
    secret = page.get_by_role("textbox", name="Secret").input_value()
    page.get_by_role("textbox", name="code").first.fill(code_of(secret))
    page.get_by_role("button", name="Set up").click()
    return secret


@pytest.mark.journey
def test_an_invited_person_sets_a_password_and_a_second_factor_and_enters_the_desk(open_page, administrator, settings):
    page = open_page("/admin/accounts/user/", as_=administrator)
    page.goto("/admin/accounts/invitation/add/")
    page.get_by_label("E-mail").fill("ana@lisle.example")
    page.get_by_label("Name").fill("Ana Kestrel")
    page.get_by_label("Writer").check()
    page.get_by_role("button", name="Send invitation").click()
    expect(page.get_by_text("The invitation to ana@lisle.example was sent.")).to_be_visible()
    settings.REQUIRE_SECOND_FACTOR = True
    (link,) = re.findall(r"^http\S+/accounts/invitation/\S+$", mail.outbox[0].body, re.MULTILINE)

    ana = open_page(link)
    expect(ana.get_by_label("First name")).to_have_value("Ana")
    ana.get_by_label("User name").fill("ana")
    ana.get_by_label("Password", exact=True).fill(PASSWORD)
    ana.get_by_label("Password again").fill(PASSWORD)
    ana.get_by_role("button", name="Create account").click()
    expect(ana.get_by_role("heading", name="Two-factor authentication")).to_be_visible()
    ana.get_by_role("link", name="Set up an app").click()
    set_up_app(ana)
    ana.goto("/accounts/2fa/")
    ana.get_by_role("link", name="Continue to the desk").click()
    expect(ana.get_by_role("navigation", name="Main navigation", exact=True)).to_be_visible()
    assert [group.name for group in User.objects.get(username="ana").groups.all()] == ["Writer"]

    second_use = open_page(link)
    expect(second_use.get_by_role("heading", name="This link no longer works")).to_be_visible()


@pytest.mark.journey
def test_a_change_of_roles_requires_reauthentication_and_keeps_the_form(open_page, administrator):
    somebody = make_user(role="Writer", username="somebody", first_name="Sam")
    page = open_page()
    sign_in(page, administrator.username)
    page.goto("/accounts/2fa/totp/activate/")
    secret = set_up_app(page)
    set_authentication_time(administrator, at=0)  # as if it were long ago
    page.goto(f"/admin/accounts/user/{somebody.pk}/change/")
    page.get_by_label("Editor").check()
    page.get_by_label("First name").fill("Samira")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(re.compile("/accounts/2fa/reauthenticate/"))
    assert [group.name for group in somebody.groups.all()] == ["Writer"]
    page.get_by_role("textbox", name="code").first.fill(code_of(secret, later=1))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("was saved")).to_be_visible()
    somebody.refresh_from_db()
    assert somebody.first_name == "Samira"
    assert {group.name for group in somebody.groups.all()} == {"Editor", "Writer"}


def set_authentication_time(user: User, *, at: float | None = None) -> None:
    """Set when the sessions of a user were last confirmed with a second factor; the default is now."""
    for key in UserSession.objects.filter(user=user).values_list("session_key", flat=True):
        session = SessionStore(session_key=key)
        record = {"method": "mfa", "at": time.time() if at is None else at, "reauthenticated": True}
        session["account_authentication_methods"] = [record]
        session.save()


def test_a_user_sees_all_their_sessions_and_ends_another_one(open_page, editor):
    desktop, phone = open_page(), open_page(user_agent="Mozilla/5.0 (iPhone) Safari/605")
    for page in (desktop, phone):
        sign_in(page, editor.username)
    desktop.get_by_role("link", name=str(editor)).click()
    desktop.get_by_role("link", name="Sessions").click()
    expect(desktop.get_by_role("heading", name="Safari on iPhone")).to_be_visible()
    desktop.get_by_role("button", name="End session Safari on iPhone").click()
    expect(desktop.get_by_text("Session ended.")).to_be_visible()
    phone.goto("/admin/")
    expect(phone).to_have_url(re.compile("/accounts/login/"))
    desktop.goto("/admin/")
    expect(desktop.get_by_role("navigation", name="Main navigation", exact=True)).to_be_visible()


@pytest.mark.journey
def test_a_notification_is_shown_read_and_sent_by_mail(open_page, writer, editor):
    story = make_story(owner=writer, headline="Why the pier is closed")
    page = open_page("/admin/", as_=editor)
    expect(page.get_by_role("link", name="Notifications", exact=True)).to_be_visible()
    review.send_for_review(story, by=writer, to=editor)
    call_command("worker", batch=True, interval=0)
    (sent,) = mail.outbox
    assert "pier" not in sent.subject + sent.body
    page.reload()
    page.get_by_role("link", name="Notifications 1").click()
    expect(page.get_by_text("By e-mail, sent on")).to_be_visible()
    page.get_by_role("link", name="writer asked you to review “Why the pier is closed”.").click()
    expect(page).to_have_url(re.compile(f"/admin/stories/story/{story.pk}/review/"))
    page.goto("/admin/notices/")
    expect(page.get_by_text("Unread")).to_have_count(0)
    assert Notice.objects.get().mail == MailStatus.SENT
    page.goto(f"/admin/stories/story/{story.pk}/record/")
    expect(page.get_by_role("heading", name="Notifications")).to_be_visible()
    page.goto("/admin/notices/choices/")
    page.get_by_label("I am asked to review").select_option("Not at all")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("I am asked to review")).to_have_value("never")


def make_notices(person, count=3):
    for number in range(count):
        notify(
            [person],
            NoticeKind.ASKED if number else NoticeKind.RETURNED,
            thing_kind="story",
            thing_uid=uuid4(),
            words=f"Ana asks you to review “Why pier {number} of Port Lisle is closed to lorries”.",
            address="/admin/",
            at=clock.now(),
        )
    Notice.objects.filter(pk=Notice.objects.order_by("pk")[0].pk).update(read_at=clock.now())


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")])
def test_no_page_of_accounts_and_notifications_has_faults(open_page, administrator, viewport, scheme):
    make_notices(administrator)
    created = invitations.create_invitation(
        "ana@lisle.example", roles=[Group.objects.get(name="Writer")], by=administrator, at=clock.now()
    )
    page, stranger = (open_page(as_=who, viewport=viewport, color_scheme=scheme) for who in (administrator, None))
    addresses = [
        "/admin/notices/", "/admin/notices/choices/", "/admin/accounts/invitation/", "/admin/accounts/invitation/add/",
        f"/admin/accounts/invitation/{created.invitation.pk}/change/", "/accounts/", "/accounts/sessions/",
        "/accounts/2fa/", "/accounts/reauthenticate/",
    ]  # fmt: skip
    faults = {address: faults_at(page, address) for address in addresses}
    for address in (f"/accounts/invitation/{created.token}/", "/accounts/invitation/none/"):
        faults[address] = faults_at(stranger, address)
    TOTP.activate(administrator, generate_totp_secret())
    RecoveryCodes.activate(administrator)
    set_authentication_time(administrator)
    for address in (
        "/accounts/2fa/", "/accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/webauthn/add/", "/accounts/2fa/totp/deactivate/", "/accounts/2fa/reauthenticate/",
    ):  # fmt: skip
        faults[f"{address} with a factor"] = faults_at(page, address)
    assert {address: found for address, found in faults.items() if found} == {}


def faults_at(page: Page, address: str) -> list[str]:
    """Return the faults at this address in the current window, and a fault if the page is too wide for a tablet."""
    page.goto(address)
    size = page.viewport_size
    assert size is not None
    faults = [*find_faults(page, size["width"])]
    page.set_viewport_size({"width": 768, "height": 1024})
    if page.evaluate("document.documentElement.scrollWidth") > 768:
        faults.append("it scrolls sideways on a tablet")
    page.set_viewport_size(size)
    return faults
