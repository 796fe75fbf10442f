"""Preferences: the channel for each kind of notification, chosen by the user or by default."""

from collections.abc import Collection, Mapping

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import transaction

from newsroom.notifications.models import Channel, NoticeChoice, NoticeKind

# Urgent notifications are mailed immediately, all others once a day.
DEFAULT_CHANNELS: Mapping[NoticeKind, Channel] = {
    NoticeKind.ASKED: Channel.AT_ONCE,
    NoticeKind.RETURNED: Channel.AT_ONCE,
    NoticeKind.APPROVED: Channel.AT_ONCE,
    NoticeKind.PUBLISHED: Channel.DIGEST,
    NoticeKind.MENTION: Channel.AT_ONCE,
    NoticeKind.COMMENT: Channel.DIGEST,
    NoticeKind.DUE: Channel.DIGEST,
    NoticeKind.ESCALATION: Channel.AT_ONCE,
    NoticeKind.FORECAST: Channel.DIGEST,
    NoticeKind.UNDECIDED: Channel.AT_ONCE,
    NoticeKind.REPORT: Channel.DIGEST,
}


def can_receive_mail(person: AbstractUser) -> bool:
    """Return whether mail is configured and the user has an e-mail address."""
    return settings.EMAIL_CONFIGURED and bool(person.email)


def channels_for(keys: Collection[int], kind: NoticeKind) -> dict[int, Channel]:
    """Return the channel of each of these users for notifications of this kind, keyed by the user's primary key."""
    choices = NoticeChoice.objects.filter(person__in=list(keys), kind=kind).values_list("person_id", "way")
    return dict.fromkeys(keys, DEFAULT_CHANNELS[kind]) | {key: Channel(way) for key, way in choices}


def preferences_of(person: AbstractUser) -> dict[NoticeKind, Channel]:
    """Return the user's channel for each kind of notification."""
    choices = dict(NoticeChoice.objects.filter(person=person.pk).values_list("kind", "way"))
    return {kind: Channel(choices.get(kind, DEFAULT_CHANNELS[kind])) for kind in NoticeKind}


@transaction.atomic
def save_preferences(person: AbstractUser, channels: Mapping[NoticeKind, Channel]) -> None:
    """Store the user's channels for these kinds of notifications."""
    for kind, channel in channels.items():
        NoticeChoice.objects.update_or_create(person_id=person.pk, kind=kind, defaults={"way": channel})
