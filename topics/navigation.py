"""The subjects in the navigation of the public site: topics that editors choose for each language, in order."""

import hashlib
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Min, Q
from django.utils.translation import get_language

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit.models import Event
from newsroom.entities.mentions import mention_relation
from newsroom.errors import RefusedError
from newsroom.http import clock
from newsroom.http.clock import FOREVER
from newsroom.http.languages import list_language
from newsroom.page_cache.dependencies import SUBJECTS, PageDependencies
from newsroom.page_cache.invalidation import invalidate, invalidation
from newsroom.text.language_cache import cache_by_language
from topics.models import NavigationPlace, Topic, TopicKind

PERMISSION = "topics.change_navigationplace"
MAX_SUBJECTS = 7
CHANGED_MEANWHILE = "Someone changed the navigation a moment ago. Reload to see it."
_MAX_CACHED = 4  # versions


class Subject(NamedTuple):
    """A topic in the navigation of one language, under its label. Merges are followed.

    ``is_live`` is true if readers can open a live story about the topic. ``is_section`` is true for a topic of the kind
    *subject*, which stands above the headline of its stories.
    """

    language: str
    key: int
    uid: UUID
    slug: str
    name: str
    label: str
    is_section: bool
    is_live: bool


class SubjectLink(NamedTuple):
    """A link in the row of subjects, in the active language."""

    url: str
    name: str


@dataclass(frozen=True, slots=True)
class Navigation:
    """The chosen subjects of all languages, as they are from ``at`` until ``until``, when a story starts or ends."""

    at: datetime
    until: datetime
    subjects: tuple[Subject, ...]

    def list_links(self) -> tuple[SubjectLink, ...]:
        """Return the links to the live subjects in the active language."""
        code = list_language(get_language())
        return _make_links(tuple(each for each in self.subjects if each.language == code and each.is_live))

    def list_sections(self, language: str | None) -> frozenset[int]:
        """Return the keys of the topics that serve as sections of works in ``language``."""
        code = list_language(language)
        return frozenset(each.key for each in self.subjects if each.language == code and each.is_section)


def list_heading_topics[T: Hashable](kinds: Mapping[T, str], *, sections: Collection[T]) -> list[T]:
    """Return the topics that may stand above the headline of a work, of those in ``kinds``, which maps each to its kind.

    The first of them is the work's label on its page, in lists, in its embed and on its share image. A person may not be
    one. The subjects among ``sections`` come first, then the other subjects, then the rest in order.
    """
    return sorted(
        (topic for topic, kind in kinds.items() if kind != TopicKind.PERSON),
        key=lambda topic: (topic not in sections, kinds[topic] != TopicKind.SUBJECT),
    )


_navigations: dict[int, Navigation] = {}


def load_navigation(dependencies: PageDependencies) -> Navigation:
    """Return the navigation for a page, and limit the validity of the page to that of the navigation.

    If the page depends on the page key of the subjects, the result is cached in this process for each version of the
    key. Otherwise, this takes a query, and two more if there are subjects.
    """
    # The version is read before the rows, so a cached navigation is never older than its version.
    version, at = dependencies.versions.get(SUBJECTS), dependencies.at
    navigation = None if version is None else _navigations.get(version)
    if navigation is None or not navigation.at <= at < navigation.until:
        navigation = _load(at)
        if version is not None:
            if len(_navigations) >= _MAX_CACHED:
                _navigations.clear()
            _navigations[version] = navigation
    if navigation.subjects:
        dependencies.limit_validity(navigation.until)
    return navigation


@cache_by_language(20)
def _make_links(subjects: tuple[Subject, ...]) -> tuple[SubjectLink, ...]:
    return tuple(SubjectLink(Topic(slug=each.slug).get_absolute_url(), each.label or each.name) for each in subjects)


def _load(at: datetime) -> Navigation:
    places = list(NavigationPlace.objects.select_related("topic__merged_into"))
    topics = {place.topic.remaining.pk: place.topic.remaining for place in places}
    live, until = _find_live(topics, at) if topics else (set(), FOREVER)
    # Of two topics that were merged, the first keeps its place.
    subjects: dict[tuple[str, int], Subject] = {}
    for place in places:
        topic = place.topic.remaining
        subject = Subject(
            language=place.language,
            key=topic.pk,
            uid=topic.uid,
            slug=topic.slug,
            name=topic.name,
            label=place.label,
            is_section=topic.kind == TopicKind.SUBJECT,
            is_live=topic.pk in live,
        )
        subjects.setdefault((subject.language, subject.key), subject)
    return Navigation(at, until, tuple(subjects.values()))


def _find_live(topics: Mapping[int, Topic], at: datetime) -> tuple[set[int], datetime]:
    """Return the keys of the topics about which a story is live, and when this may change without a write."""
    merged = Topic.objects.filter(merged_into__in=topics).values_list("pk", "merged_into")
    remaining = {key: key for key in topics} | {key: into for key, into in merged if into is not None}
    stories = mention_relation(Topic).related_model._default_manager.filter(work_kind="story", topic__in=remaining)
    spans = stories.filter(live_until__gt=at).order_by().values_list("topic")
    live, until = set(), FOREVER
    ends = {"first": Min("live_from"), "start": Min("live_from", filter=Q(live_from__gt=at)), "end": Min("live_until")}
    for topic, first, start, end in spans.annotate(**ends):
        if first <= at:
            live.add(remaining[topic])
        until = min(until, start or FOREVER, end)
    return live, until


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """A wanted place in the navigation: a topic, and a label if it differs from the topic's name."""

    topic: Topic
    label: str = ""


class NotArrangedError(RefusedError):
    """Raised when an arrangement is refused; ``language`` and ``place``, from 1, name the entry at fault, if it is one."""

    def __init__(self, message: str, *, language: str = "", place: int = 0) -> None:
        super().__init__(message)
        self.language, self.place = language, place


def get_arrangement_digest() -> str:
    """Return a digest of the current navigation, to pass to ``arrange_navigation`` later."""
    return _digest(list(NavigationPlace.objects.all()))


@invalidation()
def arrange_navigation(wanted: Mapping[str, Sequence[NavigationEntry]], *, by: User, seen_digest: str) -> None:
    """Replace the subjects of each language with ``wanted``, in this order, and invalidate all pages that show them.

    Write an audit entry for each topic that is added, removed or moved. Raise NotAllowedError if the user may not
    arrange the navigation. Raise NotArrangedError for too many topics, for a duplicate, for a language that the site
    does not have, and if another user arranged the navigation since ``seen_digest``.
    """
    require_permission(by, PERMISSION, "Only editors and curators can arrange the navigation.")
    rows = list(NavigationPlace.objects.select_for_update(of=("self",)).select_related("topic"))
    if _digest(rows) != seen_digest:
        raise NotArrangedError(CHANGED_MEANWHILE)
    _validate(wanted)
    places = [
        NavigationPlace(language=language, position=position, topic=entry.topic, label=entry.label)
        for language, entries in wanted.items()
        for position, entry in enumerate(entries, start=1)
    ]
    try:
        with transaction.atomic():
            NavigationPlace.objects.all().delete()
            NavigationPlace.objects.bulk_create(places)
    except IntegrityError as error:  # two users began with an empty navigation, which has no row to lock
        raise NotArrangedError(CHANGED_MEANWHILE) from error
    invalidate(SUBJECTS)
    _write_audit_entries(rows, places, by=by)


def remove_from_navigation(topic: Topic, *, by: User | None) -> None:
    """Take a topic out of the navigation of each language because it is deleted, and write an audit entry for each."""
    rows = list(NavigationPlace.objects.filter(topic=topic).select_related("topic"))
    if rows:
        NavigationPlace.objects.filter(topic=topic).delete()
        invalidate(SUBJECTS)
        _write_audit_entries(rows, [], by=by)


def _validate(wanted: Mapping[str, Sequence[NavigationEntry]]) -> None:
    for language, entries in wanted.items():
        if language not in settings.SITE_LANGUAGES:
            raise NotArrangedError("The site has no pages in this language.")
        if len(entries) > MAX_SUBJECTS:
            raise NotArrangedError(f"The navigation has {MAX_SUBJECTS} positions.")
        seen: set[int] = set()
        for place, entry in enumerate(entries, start=1):
            if entry.topic.pk in seen:
                raise NotArrangedError("This topic already has a position.", language=language, place=place)
            seen.add(entry.topic.pk)


def invalidate_subjects(topics: set[int], *, works: set[UUID]) -> None:
    """Invalidate the navigation if editions of ``works`` may decide whether one of ``topics`` has a live story.

    ``topics`` are keys of chosen topics. The editions may decide it unless another story about the topic is live without
    an end.
    """
    stories = mention_relation(Topic).related_model._default_manager.filter(work_kind="story", live_until=FOREVER)
    others = stories.filter(live_from__lte=clock.now()).exclude(edition__uid__in=works).order_by()
    about = others.filter(Q(topic__in=topics) | Q(topic__merged_into__in=topics))
    lasting = {merged or topic for topic, merged in about.values_list("topic", "topic__merged_into").distinct()}
    if topics - lasting:
        invalidate(SUBJECTS)


def _digest(rows: Sequence[NavigationPlace]) -> str:
    lines = sorted(f"{row.language} {row.position} {row.topic_id} {row.label}" for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _write_audit_entries(
    rows: Sequence[NavigationPlace], places: Sequence[NavigationPlace], *, by: User | None
) -> None:
    before, after = ({(row.language, row.topic.uid): row for row in each} for each in (rows, places))
    for key in dict.fromkeys([*before, *after]):
        old, new = (_describe(each.get(key)) for each in (before, after))
        if old != new:
            verb = "moved in" if old and new else "put in" if new else "taken out of"
            Event.objects.write("topic", key[1], f"{verb} the navigation", by=by, before=old, after=new)


def _describe(row: NavigationPlace | None) -> dict[str, object]:
    if row is None:
        return {}
    return {"language": row.language, "place": row.position, **({"label": row.label} if row.label else {})}
