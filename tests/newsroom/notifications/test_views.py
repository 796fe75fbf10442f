"""The list of notices, the word in the masthead, and the choices of each."""

from datetime import timedelta
from uuid import uuid4

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from newsroom.http import clock
from newsroom.notifications.models import Notice, NoticeKind, Way
from newsroom.notifications.notify import notify
from newsroom.notifications.preferences import DEFAULT_CHANNELS, preferences_of
from tests.conftest import signed_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/notices/"
CHOICES = "/admin/notices/choices/"


def told(person, words="You are asked", *, at=None, kind=NoticeKind.ASKED):
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


def words_of(response):
    return [notice.words for notice in response.context["page"].notices]


def test_unread_notices_stand_first_and_the_newest_before_older_ones(editor, editor_client):
    now = clock.now()
    for number in range(4):
        told(editor, str(number), at=now + timedelta(minutes=number))
    Notice.objects.filter(words__in=["1", "3"]).update(read_at=now)
    assert words_of(editor_client.get(LIST)) == ["2", "0", "3", "1"]


def test_a_long_list_is_cut_by_place_and_nothing_is_left_out_or_shown_twice(editor, editor_client):
    now = clock.now()
    for number in range(120):
        told(editor, str(number), at=now)
    Notice.objects.filter(pk__lte=Notice.objects.order_by("pk")[60].pk).update(read_at=now)
    seen, address = [], LIST
    while address:
        response = editor_client.get(address)
        seen += words_of(response)
        further = response.context["page"].next_cursor
        address = f"{LIST}?after={further}" if further else ""
    assert sorted(map(int, seen)) == list(range(120))
    assertContains(editor_client.get(f"{LIST}?after={'9' * 40}"), "Notices")


def test_nobody_sees_or_marks_what_others_are_told(editor, writer_client):
    notice = told(editor)
    assert words_of(writer_client.get(LIST)) == []
    assert writer_client.get(f"{LIST}{notice.pk}/").status_code == 404
    assert writer_client.post(f"{LIST}{notice.pk}/").status_code == 404
    writer_client.post(LIST, {"newest": notice.pk})
    notice.refresh_from_db()
    assert notice.read_at is None


def test_a_notice_leads_to_its_thing_and_is_read_by_that(editor, editor_client):
    notice = told(editor)
    assertRedirects(editor_client.get(f"{LIST}{notice.pk}/"), notice.address, fetch_redirect_response=False)
    notice.refresh_from_db()
    assert notice.read_at is not None
    assert editor_client.get(f"{LIST}{'9' * 18}/").status_code == 404
    assert editor_client.get(f"{LIST}{'9' * 30}/").status_code == 404


def test_one_is_marked_as_read_or_all_that_were_seen(editor, editor_client):
    one, other = told(editor), told(editor)
    assertRedirects(editor_client.post(f"{LIST}{one.pk}/"), LIST)
    assert list(Notice.objects.unread()) == [other]
    later = told(editor)
    editor_client.post(LIST, {"newest": other.pk})
    assert list(Notice.objects.unread()) == [later]
    for wrong in ("", "x", "-1", "9" * 30, "²"):
        editor_client.post(LIST, {"newest": wrong})
    assert list(Notice.objects.unread()) == [later]


def test_the_masthead_says_how_many_wait_in_one_query(editor, editor_client):
    assertContains(editor_client.get("/admin/"), ">Notices</a>")
    told(editor)
    assertContains(editor_client.get("/admin/"), ">Notices 1</a>")
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
    assertContains(editor_client.get("/admin/"), ">Notices 99+</a>")


def test_everybody_chooses_for_themselves(editor, editor_client, writer):
    sent = {kind.value: Way.NEVER.value for kind in NoticeKind} | {"asked": "digest"}
    assertRedirects(editor_client.post(CHOICES, sent), CHOICES)
    assert preferences_of(editor) == dict.fromkeys(NoticeKind, Way.NEVER) | {NoticeKind.ASKED: Way.DIGEST}
    assert preferences_of(writer) == dict(DEFAULT_CHANNELS)


@pytest.mark.parametrize("sent", [{}, {"asked": "by pigeon"}, {"asked": "x\x00" * 1_000}])
def test_a_choice_that_is_none_is_refused_and_nothing_is_kept(editor, editor_client, sent):
    assert editor_client.post(CHOICES, sent).status_code == 422
    assert preferences_of(editor) == dict(DEFAULT_CHANNELS)


@pytest.mark.parametrize(
    ("is_set_up", "email", "says"),
    [
        (False, "e@lisle.example", "sends no mail"),
        (True, "", "No e-mail address is kept"),
        (True, "e@lisle.example", "Mail goes to e@lisle.example"),
    ],
)
def test_the_choices_say_whether_mail_goes_out_at_all(settings, is_set_up, email, says):
    settings.EMAIL_CONFIGURED = is_set_up
    person = make_user()
    person.email = email
    person.save()
    assertContains(signed_in(person).get(CHOICES), says)


def test_an_empty_list_says_what_will_stand_there(editor_client):
    assertContains(editor_client.get(LIST), "Nothing yet")
    assertNotContains(editor_client.get(LIST), "Mark all")
