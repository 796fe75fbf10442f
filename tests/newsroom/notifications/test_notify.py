"""Who is notified of an event, and through which channel."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import Group

from newsroom.http import clock
from newsroom.notifications.models import Channel, MailStatus, Notice, NoticeKind
from newsroom.notifications.notify import notify
from newsroom.notifications.preferences import save_preferences
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _enable_mail(settings):
    settings.EMAIL_CONFIGURED = True


def notify_and_list(*people, kind=NoticeKind.ASKED, thing_kind="story", address="/admin/stories/story/1/change/"):
    """Notify these people, and return all notifications."""
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


def test_each_recipient_is_notified_once():
    one, other = make_user(), make_user()
    assert [notice.person for notice in notify_and_list(one, other, one)] == [one, other]


def test_users_without_access_to_the_desk_are_never_notified():
    assert notify_and_list(make_user(is_active=False), make_user(role="")) == []


def test_users_who_may_not_see_the_object_are_not_notified_of_it(writer):
    user_without_role = make_user(role="")
    user_without_role.is_staff = True
    user_without_role.save()
    assert [notice.person for notice in notify_and_list(user_without_role, writer)] == [writer]
    writer.groups.clear()
    assert not Notice.objects.for_user(type(writer).objects.get(pk=writer.pk)).exists()
    writer.groups.add(Group.objects.get(name="Curator"))
    assert Notice.objects.for_user(type(writer).objects.get(pk=writer.pk)).exists()


@pytest.mark.parametrize(
    ("channel", "mail", "is_for_digest"),
    [
        (Channel.DESK, MailStatus.NONE, False),
        (Channel.AT_ONCE, MailStatus.WAITS, False),
        (Channel.DIGEST, MailStatus.WAITS, True),
    ],
)
def test_preferences_determine_the_channel(editor, channel, mail, is_for_digest):
    save_preferences(editor, {NoticeKind.ASKED: channel})
    (notice,) = notify_and_list(editor)
    assert (notice.mail, notice.is_for_digest) == (mail, is_for_digest)


def test_users_who_opted_out_are_not_notified(editor):
    save_preferences(editor, {NoticeKind.ASKED: Channel.NEVER})
    assert notify_and_list(editor) == []
    assert len(notify_and_list(editor, kind=NoticeKind.RETURNED)) == 1


@pytest.mark.parametrize("missing", ["mail server", "address"])
def test_without_a_mail_server_or_an_address_no_mail_is_sent(editor, settings, missing):
    if missing == "address":
        editor.email = ""
        editor.save()
    else:
        settings.EMAIL_CONFIGURED = False
    (notice,) = notify_and_list(editor)
    assert notice.mail == MailStatus.NONE


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", ""])
def test_a_notification_can_link_only_to_the_desk(editor, address):
    with pytest.raises(ValueError, match="desk"):
        notify_and_list(editor, address=address)
