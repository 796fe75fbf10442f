"""Who is told, by which way, and who never is."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import Group

from newsroom.http import clock
from newsroom.notifications.models import Channel, Mail, Notice, NoticeKind
from newsroom.notifications.notify import notify
from newsroom.notifications.preferences import save_preferences
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _with_mail(settings):
    settings.EMAIL_CONFIGURED = True


def told(*people, kind=NoticeKind.ASKED, thing_kind="story", address="/admin/stories/story/1/change/"):
    """Tell these people, and return what was written."""
    notify(
        people,
        kind,
        thing_kind=thing_kind,
        thing_uid=uuid4(),
        words="Ana asks you to review “The pier”.",
        address=address,
        at=clock.now(),
    )
    return list(Notice.objects.order_by("pk"))


def test_each_is_told_once_however_often_they_are_named():
    one, other = make_user(), make_user()
    assert [notice.person for notice in told(one, other, one)] == [one, other]


def test_who_may_not_enter_the_desk_is_never_told():
    assert told(make_user(is_active=False), make_user(role="")) == []


def test_who_may_not_see_the_thing_is_not_told_of_it(writer):
    nobody = make_user(role="")
    nobody.is_staff = True
    nobody.save()
    assert [notice.person for notice in told(nobody, writer)] == [writer]
    writer.groups.clear()
    assert not Notice.objects.for_user(type(writer).objects.get(pk=writer.pk)).exists()
    writer.groups.add(Group.objects.get(name="Curator"))
    assert Notice.objects.for_user(type(writer).objects.get(pk=writer.pk)).exists()


@pytest.mark.parametrize(
    ("way", "mail", "is_for_digest"),
    [(Channel.DESK, Mail.NONE, False), (Channel.AT_ONCE, Mail.WAITS, False), (Channel.DIGEST, Mail.WAITS, True)],
)
def test_the_choice_of_the_person_decides_the_way(editor, way, mail, is_for_digest):
    save_preferences(editor, {NoticeKind.ASKED: way})
    (notice,) = told(editor)
    assert (notice.mail, notice.is_for_digest) == (mail, is_for_digest)


def test_who_does_not_want_to_be_told_is_not(editor):
    save_preferences(editor, {NoticeKind.ASKED: Channel.NEVER})
    assert told(editor) == []
    assert len(told(editor, kind=NoticeKind.RETURNED)) == 1


@pytest.mark.parametrize("missing", ["mail server", "address"])
def test_without_a_way_by_mail_the_notice_stands_on_the_desk(editor, settings, missing):
    if missing == "address":
        editor.email = ""
        editor.save()
    else:
        settings.EMAIL_CONFIGURED = False
    (notice,) = told(editor)
    assert notice.mail == Mail.NONE


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", ""])
def test_a_notice_leads_nowhere_but_to_the_desk(editor, address):
    with pytest.raises(ValueError, match="desk"):
        told(editor, address=address)
