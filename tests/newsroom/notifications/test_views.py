"""Notifications: the inbox, the unread count in the masthead, and each user's preferences."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from newsroom.http import clock
from newsroom.notifications.models import Channel, Notice, NoticeKind
from newsroom.notifications.notify import notify
from newsroom.notifications.preferences import DEFAULT_CHANNELS, preferences_of
from tests.conftest import signed_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/notices/"
CHOICES = "/admin/notices/choices/"


def notify_person(person, words="You are asked", *, at=None, kind=NoticeKind.ASKED):
    notify(
        [person],
        kind,
        thing_kind="story",
        thing_uid=uuid4(),
        words=words,
        address="/admin/stories/story/1/change/",
        at=at or clock.now(),
    )
    return Notice.objects.order_by("-pk")[0]


def list_words(response):
    return [notice.words for notice in response.context["page"].notices]


def test_unread_notifications_come_first_and_newer_ones_before_older_ones(editor, editor_client):
    now = clock.now()
    for number in range(4):
        notify_person(editor, str(number), at=now + timedelta(minutes=number))
    Notice.objects.filter(words__in=["1", "3"]).update(read_at=now)
    assert list_words(editor_client.get(LIST)) == ["2", "0", "3", "1"]


def test_a_long_inbox_is_paginated_without_gaps_or_repetitions(editor, editor_client):
    now = clock.now()
    for number in range(120):
        notify_person(editor, str(number), at=now)
    Notice.objects.filter(pk__lte=Notice.objects.order_by("pk")[60].pk).update(read_at=now)
    words, address = [], LIST
    while address:
        response = editor_client.get(address)
        words += list_words(response)
        next_cursor = response.context["page"].next_cursor
        address = f"{LIST}?after={next_cursor}" if next_cursor else ""
    assert sorted(map(int, words)) == list(range(120))
    first_page = list_words(editor_client.get(LIST))
    assert list_words(editor_client.get(f"{LIST}?after={'9' * 40}")) == first_page != []


def test_users_cannot_see_or_mark_notifications_of_others(editor, writer_client):
    notice = notify_person(editor)
    assert list_words(writer_client.get(LIST)) == []
    assert writer_client.get(f"{LIST}{notice.pk}/").status_code == 404
    assert writer_client.post(f"{LIST}{notice.pk}/").status_code == 404
    writer_client.post(LIST, {"newest": notice.pk})
    notice.refresh_from_db()
    assert notice.read_at is None


def test_opening_a_notification_redirects_to_its_object_and_marks_it_read(editor, editor_client):
    notice = notify_person(editor)
    assertRedirects(editor_client.get(f"{LIST}{notice.pk}/"), notice.address, fetch_redirect_response=False)
    notice.refresh_from_db()
    assert notice.read_at is not None
    assert editor_client.get(f"{LIST}{'9' * 18}/").status_code == 404
    assert editor_client.get(f"{LIST}{'9' * 30}/").status_code == 404


def test_one_notification_or_all_displayed_ones_can_be_marked_read(editor, editor_client):
    one, other = notify_person(editor), notify_person(editor)
    assertContains(editor_client.get(LIST), f'name="newest" value="{other.pk}"')
    assertRedirects(editor_client.post(f"{LIST}{one.pk}/"), LIST)
    assert list(Notice.objects.unread()) == [other]
    later = notify_person(editor)
    editor_client.post(LIST, {"newest": other.pk})
    assert list(Notice.objects.unread()) == [later]
    for invalid in ("", "x", "-1", "9" * 30, "²"):
        editor_client.post(LIST, {"newest": invalid})
    assert list(Notice.objects.unread()) == [later]


def read_count(response):
    """Return the unread count in the masthead's link to the inbox."""
    (label,) = re.findall(rf'<li><a href="{LIST}">(.+?)</a></li>', response.content.decode())
    return re.sub(r"[^\d+]", "", label)


def test_the_masthead_shows_the_number_of_unread_notifications(editor, editor_client):
    assert read_count(editor_client.get("/admin/")) == ""
    notify_person(editor)
    assert read_count(editor_client.get("/admin/")) == "1"
    Notice.objects.bulk_create(
        Notice(
            person=editor,
            kind="asked",
            thing_kind="story",
            thing_uid=uuid4(),
            words="x",
            address="/admin/",
            told_at=clock.now(),
        )
        for _ in range(120)
    )
    assert read_count(editor_client.get("/admin/")) == "99+"


def test_each_user_has_their_own_preferences(editor, editor_client, writer):
    choices = {kind.value: Channel.NEVER.value for kind in NoticeKind} | {"asked": "digest"}
    assertRedirects(editor_client.post(CHOICES, choices), CHOICES)
    assert preferences_of(editor) == dict.fromkeys(NoticeKind, Channel.NEVER) | {NoticeKind.ASKED: Channel.DIGEST}
    assert preferences_of(writer) == dict(DEFAULT_CHANNELS)


@pytest.mark.parametrize("choices", [{}, {"asked": "by pigeon"}, {"asked": "x\x00" * 1_000}])
def test_invalid_preferences_are_refused_and_not_stored(editor, editor_client, choices):
    assert editor_client.post(CHOICES, choices).status_code == 422
    assert preferences_of(editor) == dict(DEFAULT_CHANNELS)


@pytest.mark.parametrize(
    ("is_set_up", "email", "message"),
    [
        (False, "e@lisle.example", "does not send e-mail"),
        (True, "", "has no e-mail address"),
        (True, "e@lisle.example", "e@lisle.example"),
    ],
)
def test_the_preferences_page_says_whether_mail_can_be_sent(settings, is_set_up, email, message):
    settings.EMAIL_CONFIGURED = is_set_up
    person = make_user()
    person.email = email
    person.save()
    assertContains(signed_in(person).get(CHOICES), message)


def test_an_empty_inbox_says_what_it_will_show(editor, editor_client):
    response = editor_client.get(LIST)
    assert list_words(response) == []
    assertContains(response, '<p class="summary">')
    assertNotContains(response, "log-entries")
    assertNotContains(response, 'name="newest"')
    notify_person(editor)
    response = editor_client.get(LIST)
    assertNotContains(response, '<p class="summary">')
    assertContains(response, "log-entries")
