"""How each wants to be told of what: the ways that hold where nobody chose, and what people chose."""

from collections.abc import Collection, Mapping

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import transaction

from newsroom.notifications.models import NoticeChoice, NoticeKind, Way

# What waits for the person goes out at once; what they only may like to know comes once a day.
USUAL: Mapping[NoticeKind, Way] = {
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


def gets_mail(person: AbstractUser) -> bool:
    """Say whether mail can reach this person: the site sends some, and their address is known."""
    return settings.EMAIL_CONFIGURED and bool(person.email)


def ways_of(keys: Collection[int], kind: NoticeKind) -> dict[int, Way]:
    """Return how each of the people with these keys wants to be told of this kind."""
    chosen = NoticeChoice.objects.filter(person__in=list(keys), kind=kind).values_list("person_id", "way")
    return dict.fromkeys(keys, USUAL[kind]) | {key: Way(way) for key, way in chosen}


def choices_of(person: AbstractUser) -> dict[NoticeKind, Way]:
    """Return how a person wants to be told of each kind."""
    chosen = dict(NoticeChoice.objects.filter(person=person.pk).values_list("kind", "way"))
    return {kind: Way(chosen.get(kind, USUAL[kind])) for kind in NoticeKind}


@transaction.atomic
def choose(person: AbstractUser, ways: Mapping[NoticeKind, Way]) -> None:
    """Remember how a person wants to be told of these kinds from now on."""
    for kind, way in ways.items():
        NoticeChoice.objects.update_or_create(person_id=person.pk, kind=kind, defaults={"way": way})
