"""Preferences: how each user is notified of each kind, with the defaults of those who chose nothing."""

from collections.abc import Collection, Mapping

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import transaction

from newsroom.notifications.models import NoticeChoice, NoticeKind, Way

# What waits for the user is mailed at once, and what they may merely like to know once a day.
DEFAULT_CHANNELS: Mapping[NoticeKind, Way] = {
    NoticeKind.ASKED: Way.AT_ONCE,
    NoticeKind.RETURNED: Way.AT_ONCE,
    NoticeKind.APPROVED: Way.AT_ONCE,
    NoticeKind.PUBLISHED: Way.DIGEST,
    NoticeKind.MENTION: Way.AT_ONCE,
    NoticeKind.COMMENT: Way.DIGEST,
    NoticeKind.DUE: Way.DIGEST,
    NoticeKind.ESCALATION: Way.AT_ONCE,
    NoticeKind.REPORT: Way.DIGEST,
}


def can_receive_mail(person: AbstractUser) -> bool:
    """Return whether mail can reach this user: mail is configured, and the user has an address."""
    return settings.EMAIL_CONFIGURED and bool(person.email)


def channels_for(keys: Collection[int], kind: NoticeKind) -> dict[int, Way]:
    """Return by key how each of these users wants to be notified of this kind."""
    chosen = NoticeChoice.objects.filter(person__in=list(keys), kind=kind).values_list("person_id", "way")
    return dict.fromkeys(keys, DEFAULT_CHANNELS[kind]) | {key: Way(way) for key, way in chosen}


def preferences_of(person: AbstractUser) -> dict[NoticeKind, Way]:
    """Return how a user wants to be notified of each kind."""
    chosen = dict(NoticeChoice.objects.filter(person=person.pk).values_list("kind", "way"))
    return {kind: Way(chosen.get(kind, DEFAULT_CHANNELS[kind])) for kind in NoticeKind}


@transaction.atomic
def save_preferences(person: AbstractUser, ways: Mapping[NoticeKind, Way]) -> None:
    """Store how a user wants to be notified of these kinds from now on."""
    for kind, way in ways.items():
        NoticeChoice.objects.update_or_create(person_id=person.pk, kind=kind, defaults={"way": way})
