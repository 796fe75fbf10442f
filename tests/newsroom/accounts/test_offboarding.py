"""Somebody leaves: their name stays, and every door closes at once."""

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
from newsroom.http import clock
from newsroom.notifications import views
from newsroom.notifications.models import NoticeKind
from stories.models import Presence, Work
from stories.publishing import review
from stories.workflow import shared_previews
from tests.conftest import signed_in
from tests.factories import PASSWORD, make_story, make_user
from tests.stories.admin.filling import filled

pytestmark = pytest.mark.django_db
DESK = "/admin/notices/"


@pytest.fixture(autouse=True)
def _nothing_counted_yet():
    cache.clear()


def by_the_door(user):
    """Return a browser in which somebody signed in by the form."""
    client = Client()
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    return client


def test_all_sessions_end_and_the_next_request_is_nobodys(editor, administrator):
    clients = [by_the_door(editor), by_the_door(editor), signed_in(editor)]
    others = by_the_door(administrator)
    assert all(client.get(DESK).status_code == 200 for client in clients)
    offboard(editor, by=administrator, at=clock.now())
    assert all(client.get(DESK).status_code == 302 for client in clients)
    assert Session.objects.count() == 1
    assert [row.user for row in UserSession.objects.all()] == [administrator]
    assert others.get(DESK).status_code == 200
    assert by_the_door(editor).get(DESK).status_code == 302


def test_a_request_under_way_does_not_bring_the_session_back(editor, administrator):
    client = by_the_door(editor)
    session = client.session
    session["said"] = "something"
    offboard(editor, by=administrator, at=clock.now())
    with pytest.raises(UpdateError):
        session.save()
    assert not Session.objects.exists()
    assert client.get(DESK).status_code == 302


def test_a_request_in_whose_midst_they_leave_is_their_last(editor, administrator, monkeypatch):
    client = by_the_door(editor)

    def choose_late(person, ways):
        offboard(editor, by=administrator, at=clock.now())

    monkeypatch.setattr(views, "save_preferences", choose_late)
    client.post("/admin/notices/choices/", {kind.value: "desk" for kind in NoticeKind})
    assert client.get(DESK).status_code == 302
    assert not Session.objects.filter(pk=client.session.session_key).exists()


def test_links_and_invitations_that_they_made_open_nothing_any_more(administrator):
    second, at = make_user(role="Administrator"), clock.now()
    links = [
        shared_previews.create_link(make_story(), by=by, label="Outside", ends_at=at + timedelta(days=1))
        for by in (second, administrator)
    ]
    made = invitations.create_invitation("new@lisle.example", roles=Group.objects.all(), by=second, at=at)
    Presence.objects.create(
        work=make_story(), person=second, window="6f0e3a52-7a36-4d0c-9f43-9d8f5c1b2e77", active_at=at, seen_at=at
    )
    offboard(second, by=administrator, at=at)
    opened = [Client().get(reverse("shared_preview", args=[link.token])).status_code for link in links]
    assert opened[0] in {404, 410}
    assert opened[1] == 200
    assert invitations.find_open_invitation(made.token, at=at) is None
    assert not Presence.objects.exists()
    assert Event.objects.about(links[0].link.work.uid).first().verb == "preview revoked"


def test_a_review_that_waits_for_them_waits_for_everybody(writer, editor, administrator):
    story = make_story(owner=writer)
    review.send_for_review(story, by=writer, to=editor)
    offboard(editor, by=administrator, at=clock.now())
    assert Work.objects.get(pk=story.pk).assigned_to is None


def test_their_name_stays_in_the_record(editor, administrator, administrator_client):
    story = make_story(owner=editor)
    shared_previews.create_link(story, by=editor, label="Outside", ends_at=clock.now() + timedelta(days=1))
    offboard(editor, by=administrator, at=clock.now())
    assertContains(administrator_client.get(f"/admin/stories/story/{story.pk}/record/"), "editor shared")


def test_only_administrators_take_access_away_and_twice_is_once(editor, writer, administrator):
    with pytest.raises(NotAllowedError):
        offboard(writer, by=editor, at=clock.now())
    offboard(writer, by=administrator, at=clock.now())
    offboard(writer, by=administrator, at=clock.now())
    assert Event.objects.with_verb("left").count() == 1


def test_the_last_administrator_stays(administrator):
    make_user(role="Administrator", is_active=False)
    with pytest.raises(ValidationError, match="last administrator"):
        offboard(administrator, by=administrator, at=clock.now())


@pytest.mark.parametrize("lost", ["is_active", "is_staff", "groups"])
def test_the_form_refuses_what_would_leave_nobody_who_administers(administrator, administrator_client, lost):
    address = f"/admin/accounts/user/{administrator.pk}/change/"
    form = {name: value for name, value in filled(administrator_client.get(address)).items() if name != lost}
    assertContains(administrator_client.post(address, form), LAST_ADMINISTRATOR.split(".")[0])
    administrator.refresh_from_db()
    assert administrator.is_active
    assert administrator.is_staff
    assert administrator.groups.exists()


def test_the_form_takes_all_access_away_with_active(editor, administrator_client):
    client = by_the_door(editor)
    address = f"/admin/accounts/user/{editor.pk}/change/"
    form = {name: value for name, value in filled(administrator_client.get(address)).items() if name != "is_active"}
    assert administrator_client.post(address, form).status_code == 302
    editor.refresh_from_db()
    assert not editor.is_active
    assert client.get(DESK).status_code == 302
    assert Event.objects.with_verb("left").exists()


def test_an_administrator_who_takes_their_own_access_away_is_led_to_the_door(administrator, administrator_client):
    make_user(role="Administrator")
    address = f"/admin/accounts/user/{administrator.pk}/change/"
    form = {name: value for name, value in filled(administrator_client.get(address)).items() if name != "is_active"}
    assert administrator_client.post(address, form)["Location"] == "/accounts/login/"
    assert administrator_client.get(DESK).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_send_each_other_away_at_once_are_not_both_gone():
    both = [make_user(role="Administrator") for _ in range(2)]
    gate = threading.Barrier(2)

    def send_away(who, by):
        try:
            gate.wait()
            with transaction.atomic():
                offboard(who, by=by, at=clock.now())
        except (ValidationError, NotAllowedError):
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=send_away, args=pair) for pair in (both, both[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert User.objects.filter(is_active=True).count() == 1
