"""Offboarding: the name remains, and all access ends immediately."""

import threading
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from newsroom.accounts import invitations
from newsroom.accounts.models import User
from newsroom.accounts.offboarding import LAST_ADMINISTRATOR, offboard
from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.audit.sentences import format_entry
from newsroom.http import clock
from newsroom.notifications import views
from newsroom.notifications.models import NoticeKind
from stories.models import Presence, Work
from stories.publishing import review
from stories.workflow import shared_previews
from tests.conftest import signed_in
from tests.factories import PASSWORD, make_story, make_user
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db
DESK = "/admin/notices/"


@pytest.fixture(autouse=True)
def _reset_rate_limits():
    cache.clear()


def sign_in_with_form(user):
    """Return a client that has signed in as the user with the form."""
    client = Client()
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    return client


def test_all_sessions_end_and_later_requests_are_anonymous(editor, administrator):
    clients = [sign_in_with_form(editor), sign_in_with_form(editor), signed_in(editor)]
    administrator_client = sign_in_with_form(administrator)
    assert all(client.get(DESK).status_code == 200 for client in clients)
    offboard(editor, by=administrator, at=clock.now())
    assert all(client.get(DESK).status_code == 302 for client in clients)
    assert Session.objects.count() == 1
    assert [row.user for row in UserSession.objects.all()] == [administrator]
    assert administrator_client.get(DESK).status_code == 200
    assert sign_in_with_form(editor).get(DESK).status_code == 302


def test_a_running_request_does_not_restore_the_session(editor, administrator):
    client = sign_in_with_form(editor)
    session = client.session
    session["key"] = "value"
    offboard(editor, by=administrator, at=clock.now())
    with pytest.raises(UpdateError):
        session.save()
    assert not Session.objects.exists()
    assert client.get(DESK).status_code == 302


def test_a_request_during_which_the_user_is_offboarded_is_the_last(editor, administrator, monkeypatch):
    client = sign_in_with_form(editor)

    def offboard_first(person, channels):
        offboard(editor, by=administrator, at=clock.now())

    monkeypatch.setattr(views, "save_preferences", offboard_first)
    client.post("/admin/notices/choices/", {kind.value: "desk" for kind in NoticeKind})
    assert client.get(DESK).status_code == 302
    assert not Session.objects.filter(pk=client.session.session_key).exists()


def test_shared_previews_and_invitations_of_the_user_become_invalid(administrator):
    second, at = make_user(role="Administrator"), clock.now()
    links = [
        shared_previews.create_link(make_story(), by=by, label="Outside", ends_at=at + timedelta(days=1))
        for by in (second, administrator)
    ]
    new_invitation = invitations.create_invitation("new@lisle.example", roles=Group.objects.all(), by=second, at=at)
    Presence.objects.create(
        work=make_story(), person=second, window="6f0e3a52-7a36-4d0c-9f43-9d8f5c1b2e77", active_at=at, seen_at=at
    )
    offboard(second, by=administrator, at=at)
    codes = [Client().get(reverse("shared_preview", args=[link.token])).status_code for link in links]
    assert codes[0] in {404, 410}
    assert codes[1] == 200
    assert invitations.find_open_invitation(new_invitation.token, at=at) is None
    assert not Presence.objects.exists()
    assert Event.objects.about(links[0].link.work.uid).first().verb == "preview revoked"


def test_a_review_assigned_to_the_user_becomes_unassigned(writer, editor, administrator):
    story = make_story(owner=writer)
    review.send_for_review(story, by=writer, to=editor)
    offboard(editor, by=administrator, at=clock.now())
    assert Work.objects.get(pk=story.pk).assigned_to is None


def test_the_name_remains_in_the_audit_log(editor, administrator, administrator_client):
    story = make_story(owner=editor)
    shared_previews.create_link(story, by=editor, label="Outside", ends_at=clock.now() + timedelta(days=1))
    offboard(editor, by=administrator, at=clock.now())
    sentence = format_entry(Event.objects.about(story.uid).with_verb("preview shared").get())
    assert "editor" in sentence
    assertContains(administrator_client.get(f"/admin/stories/story/{story.pk}/record/"), sentence)


def test_only_administrators_can_offboard_and_repeating_it_does_nothing(editor, writer, administrator):
    with pytest.raises(NotAllowedError):
        offboard(writer, by=editor, at=clock.now())
    offboard(writer, by=administrator, at=clock.now())
    offboard(writer, by=administrator, at=clock.now())
    assert Event.objects.with_verb("left").count() == 1


def test_the_last_administrator_cannot_be_offboarded(administrator):
    make_user(role="Administrator", is_active=False)
    with pytest.raises(ValidationError) as refused:
        offboard(administrator, by=administrator, at=clock.now())
    assert refused.value.code == "last"


@pytest.mark.parametrize("lost", ["is_active", "is_staff", "groups"])
def test_the_form_refuses_to_remove_the_last_administrator(administrator, administrator_client, lost):
    address = f"/admin/accounts/user/{administrator.pk}/change/"
    form = {name: value for name, value in filled(administrator_client.get(address)).items() if name != lost}
    assertContains(administrator_client.post(address, form), LAST_ADMINISTRATOR.split(".")[0])
    administrator.refresh_from_db()
    assert administrator.is_active
    assert administrator.is_staff
    assert administrator.groups.exists()


def test_clearing_active_in_the_form_offboards_the_user(editor, administrator_client):
    client = sign_in_with_form(editor)
    address = f"/admin/accounts/user/{editor.pk}/change/"
    form = {name: value for name, value in filled(administrator_client.get(address)).items() if name != "is_active"}
    assert administrator_client.post(address, form).status_code == 302
    editor.refresh_from_db()
    assert not editor.is_active
    assert client.get(DESK).status_code == 302
    assert Event.objects.with_verb("left").exists()


def test_an_administrator_who_deactivates_themselves_is_signed_out(administrator, administrator_client):
    make_user(role="Administrator")
    address = f"/admin/accounts/user/{administrator.pk}/change/"
    form = {name: value for name, value in filled(administrator_client.get(address)).items() if name != "is_active"}
    assert administrator_client.post(address, form)["Location"] == "/accounts/login/"
    assert administrator_client.get(DESK).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_offboard_each_other_at_the_same_time():
    administrators = [make_user(role="Administrator") for _ in range(2)]
    barrier = threading.Barrier(2)

    def try_to_offboard(user, by):
        try:
            barrier.wait()
            with transaction.atomic():
                offboard(user, by=by, at=clock.now())
        except (ValidationError, NotAllowedError):
            pass
        finally:
            connection.close()

    pairs = (administrators, administrators[::-1])
    threads = [threading.Thread(target=try_to_offboard, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert User.objects.filter(is_active=True).count() == 1
