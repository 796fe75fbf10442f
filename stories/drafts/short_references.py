"""Short names of references for people at the desk: uids become short names, and typed names become uids again.

Topics, stories and questions are named by their slugs, and the pictures of a work by their titles. A document stores
uids. A form carries the names that it shows, so it means the same objects when it is submitted, whatever was renamed
or merged in the meantime.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.db.models import Q

from newsroom.accounts.models import User
from newsroom.media.images import short_name_from_title
from newsroom.media.models import Image
from newsroom.redirects.models import Address
from newsroom.text.join import join_words
from newsroom.text.markdown.links import LinkTarget, parse_target
from newsroom.text.markdown.references import Reference, find_references, replace_references
from newsroom.text.slugs import slugify
from stories.documents import AnyDocument
from stories.documents.fields import FieldSpec
from stories.documents.walk import list_texts, replace_values, walk
from stories.models import Work, WorkKind
from topics.models import Topic

# The permissions to see the objects of each kind, and so their names.
LINK_PERMISSIONS = {"story": "stories.view_story", "question": "stories.view_faq", "topic": "topics.view_topic"}
# A name is near if it is at least this similar, on a scale from 0 to 1.
_MIN_SIMILARITY = 0.7
_MAX_NEAR_NAMES = 3
# Near names are looked up for this many unknown names of one form, and compared with this many names of each kind.
_MAX_UNKNOWN_NAMES = 10
_MAX_COMPARED_NAMES = 1_000
_WORK_KINDS = frozenset(WorkKind.values)
# The number of a name that several objects on a form have.
_NUMBER = re.compile(r"\.[0-9]+\Z")


def list_visible_kinds(user: User) -> set[str]:
    """Return the kinds of pages (``story``, ``question``, ``topic``) that the user may see at the desk."""
    return {kind for kind, permission in LINK_PERMISSIONS.items() if user.has_perm(permission)}


class Name(NamedTuple):
    """The kind and the short name in a reference."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A typed name that names nothing, and similar names."""

    kind: str
    name: str
    near: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = " on this page" if self.kind == "picture" else ""
        near = join_words([f"“{name}”" for name in self.near], conjunction="or")
        offer = f" Did you mean {near}?" if near else ""
        return f"There is no {self.kind} “{self.name}”{place}.{offer}"


@dataclass(frozen=True)
class ShortNames:
    """Short names for objects, each of them unique."""

    targets: Mapping[Name, LinkTarget] = field(default_factory=dict)

    @classmethod
    def load(cls, texts: Iterable[str], *, kinds: Collection[str], pictures: Mapping[UUID, str] | None = None) -> Self:
        """Return names for the objects to which ``texts`` refer by uid, and for all ``pictures`` (titles by uid).

        Only objects of these ``kinds`` are named. This takes at most two queries. If two objects have the same name,
        as a topic and another that was merged into it, the second gets a number.
        """
        uids: dict[str, set[UUID]] = defaultdict(set)
        for text in texts:
            for target in _find_uids(text):
                uids[target.kind].add(target.uid)
        named = [LinkTarget("picture", uid) for uid in pictures or {}]
        wanted = [short_name_from_title(title) for title in (pictures or {}).values()]
        for target, slug in _load_slugs({kind: found for kind, found in uids.items() if kind in kinds}):
            named.append(target)
            wanted.append(slug)
        counts: Counter[Name] = Counter()
        targets = {}
        for target, slug in zip(named, wanted, strict=True):
            name = Name(target.kind, slug)
            counts[name] += 1
            # No slug contains a full stop, so a numbered name is never the name of another object.
            targets[name if counts[name] == 1 else Name(target.kind, f"{slug}.{counts[name]}")] = target
        return cls(targets)

    @classmethod
    def of_documents(cls, documents: Iterable[AnyDocument], *, kinds: Collection[str]) -> Self:
        """Return names for the objects to which the texts of these documents refer. This takes at most three queries."""
        texts: list[str] = []
        placed: dict[UUID, UUID] = {}
        for document in documents:
            texts += [each.text for each in list_texts(document)]
            placed |= {picture.uid: picture.image for picture in document.pictures}
        has_pictures = any(reference.kind == "picture" for text in texts for reference in find_references(text))
        images = Image.objects.filter(uid__in=placed.values()) if placed and has_pictures else Image.objects.none()
        titles = dict(images.values_list("uid", "title"))
        pictures = {uid: titles[image] for uid, image in placed.items() if image in titles}
        return cls.load(texts, kinds=kinds, pictures=pictures)

    @classmethod
    def parse(cls, carried: str) -> Self:
        """Return the names that a form carries. Invalid parts are left out."""
        targets = {}
        for part in carried.split():
            reference, _, uid = part.rpartition("=")
            kind, _, name = reference.partition(":")
            if name and (target := parse_target(f"{kind}:{uid}")):
                targets[Name(target.kind, name)] = target
        return cls(targets)

    def __str__(self) -> str:
        """Return the names as a form carries them."""
        return " ".join(f"{name}={target.uid}" for name, target in self.targets.items())

    def __or__(self, other: "ShortNames") -> "ShortNames":
        """Return the names of both; where both have a name, ``other`` says what it means."""
        return ShortNames({**self.targets, **other.targets})

    def name_of(self, target: LinkTarget) -> str:
        """Return the short name of an object, or an empty string if it has none."""
        return self._names.get(target, "")

    def shorten(self, text: str) -> str:
        """Return ``text`` with short names instead of uids. An object without a name keeps its uid."""
        return replace_references(text, self._shorten_reference) if self.targets else text

    @cached_property
    def _names(self) -> dict[LinkTarget, str]:
        return {target: name.name for name, target in self.targets.items()}

    def _shorten_reference(self, reference: Reference, written: str) -> str:
        target = _parse_uid(reference, written)
        name = self.name_of(target) if target else ""
        return f"{reference.kind}:{name}" if name else written


@dataclass(frozen=True, slots=True)
class ResolvedTexts:
    """Texts with uids instead of short names, and the names in each that name nothing. Both have the same keys."""

    texts: Mapping[str, str]
    unknown: Mapping[str, list[UnknownName]]


def resolve_names(
    texts: Mapping[str, str], *, carried: ShortNames, kinds: Collection[str], with_near_names: bool = False
) -> ResolvedTexts:
    """Return the texts with uids instead of short names, and the unknown names.

    ``carried`` are the names that the form carries, and the only ones of pictures. Other names are looked up if they
    are of one of ``kinds``; a name of any other kind is unknown, whether or not there is such an object. Uids remain
    as they are. The number of queries does not depend on the number or length of the texts.
    """
    typed = {key: names for key, text in texts.items() if (names := set(_find_names(text)))}
    missing = {name for names in typed.values() for name in names} - carried.targets.keys()
    found = ShortNames(_look_up({name for name in missing if name.kind in kinds})) if missing else ShortNames()
    known = found | carried

    def resolve_reference(reference: Reference, written: str) -> str:
        target = None if parse_target(written) else known.targets.get(Name(reference.kind, reference.name))
        return str(target) if target else written

    unknown = sorted(missing - found.targets.keys())
    near = _find_near_names(unknown[:_MAX_UNKNOWN_NAMES], carried, kinds) if with_near_names else {}
    return ResolvedTexts(
        {key: replace_references(text, resolve_reference) if key in typed else text for key, text in texts.items()},
        {
            key: [UnknownName(*name, near=tuple(near.get(name, ()))) for name in unknown if name in names]
            for key, names in typed.items()
            if not names.isdisjoint(unknown)
        },
    )


def shorten_text(text: str, by: User) -> str:
    """Return a text outside works with short names instead of uids, of the objects that the user may see."""
    return ShortNames.load([text], kinds=list_visible_kinds(by)).shorten(text) if "](" in text else text


def resolve_text(text: str, stored: str, by: User) -> tuple[str, list[str]]:
    """Return a text outside works with uids instead of short names, and a sentence about each unknown name.

    The names that ``stored``, the text before, is shown with mean the same objects as before.
    """
    kinds = list_visible_kinds(by)
    carried = ShortNames.load([stored], kinds=kinds) if "](" in stored else ShortNames()
    resolved = resolve_names({"text": text}, carried=carried, kinds=kinds, with_near_names=True)
    return resolved.texts["text"], [str(name) for name in resolved.unknown.get("text", ())]


def shorten_document(document: AnyDocument, *, kinds: Collection[str]) -> AnyDocument:
    """Return a document with short names in its texts, to show it. This takes no query for one without references."""
    names = ShortNames.of_documents([document], kinds=kinds)

    def shorten_value(name: str, spec: FieldSpec, value: Any) -> object:
        return names.shorten(value) if spec.comparator == "text" else value

    return replace_values(document, shorten_value) if names.targets else document


def resolve_document(document: AnyDocument, *, kinds: Collection[str]) -> tuple[AnyDocument, list[UnknownName]]:
    """Return a document with uids instead of short names in its texts, and the unknown names, with near names.

    This takes no query for a document without short names.
    """
    texts = {field.value for field in walk(document) if field.spec.comparator == "text"}
    with_names = {text: text for text in texts if any(_find_names(text))}
    if not with_names:
        return document, []
    carried = ShortNames.of_documents([document], kinds=kinds)
    resolved = resolve_names(with_names, carried=carried, kinds=kinds, with_near_names=True)
    unknown = sorted({name for names in resolved.unknown.values() for name in names}, key=str)

    def resolve_value(name: str, spec: FieldSpec, value: Any) -> object:
        return resolved.texts.get(value, value) if spec.comparator == "text" else value

    return replace_values(document, resolve_value), unknown


def _find_uids(text: str) -> Iterator[LinkTarget]:
    for reference in find_references(text):
        if target := _parse_uid(reference, text[reference.start : reference.end]):
            yield target


def _find_names(text: str) -> Iterator[Name]:
    for reference in find_references(text):
        if parse_target(f"{reference.kind}:{reference.name}") is None:
            yield Name(reference.kind, reference.name)


def _parse_uid(reference: Reference, written: str) -> LinkTarget | None:
    """Return the target of a reference by uid, or None if it is not written as documents store it."""
    target = parse_target(written)
    # A shortened reference is resolved to the usual spelling, so any other spelling stays as it is.
    return target if target and str(target) == written else None


def _load_slugs(uids: Mapping[str, Collection[UUID]]) -> Iterator[tuple[LinkTarget, str]]:
    """Yield these stories, questions and topics with their slugs. A merged topic has the slug of the remaining one."""
    of_works = {uid for kind in _WORK_KINDS for uid in uids.get(kind, ())}
    works = Work.objects.filter(uid__in=of_works).order_by("pk").values_list("kind", "uid", "slug") if of_works else ()
    for kind, uid, slug in works:
        if uid in uids.get(kind, ()):
            yield LinkTarget(kind, uid), slug
    if of_topics := uids.get("topic"):
        topics = Topic.objects.filter(uid__in=of_topics).order_by("pk").values_list("uid", "slug", "merged_into__slug")
        # A topic itself comes before those that were merged into it.
        for uid, slug, remaining in sorted(topics, key=lambda topic: topic[2] is not None):
            yield LinkTarget("topic", uid), remaining or slug


def _look_up(names: Collection[Name]) -> dict[Name, LinkTarget]:
    """Return the objects with these typed names, which are slugs that they have or had in public.

    Works in the trash are left out. A numbered name has a meaning only on the form that carries it. This takes at most
    three queries.
    """
    names = [name for name in names if not _NUMBER.search(name.name)]
    slugs: dict[str, set[str]] = defaultdict(set)
    for kind, name in names:
        if kind in _WORK_KINDS or kind == "topic":
            slugs[kind].add(slugify(name))
    if not slugs:
        return {}
    every_slug = {slug for of_kind in slugs.values() for slug in of_kind}
    former = Address.objects.filter(kind__in=slugs, slug__in=every_slug).values_list("kind", "slug", "uid")
    owners = {(kind, slug): uid for kind, slug, uid in former}
    found: dict[tuple[str, str], UUID] = {}
    if _WORK_KINDS & slugs.keys():
        is_named = Q(kind__in=slugs, slug__in=every_slug) | Q(uid__in=owners.values())
        rows = Work.objects.outside_trash().filter(is_named).values_list("kind", "slug", "uid")
        found |= _match_slugs(rows, owners)
    if "topic" in slugs:
        is_named = Q(slug__in=slugs["topic"]) | Q(uid__in=owners.values())
        named = Topic.objects.filter(is_named).values_list("slug", "uid", "merged_into__uid")
        topics: list[tuple[str, UUID, UUID | None]] = list(named)
        remaining = {uid: uid if other is None else other for _, uid, other in topics}
        by_slug = _match_slugs([("topic", slug, uid) for slug, uid, _ in topics], owners)
        found |= {key: remaining[uid] for key, uid in by_slug.items()}
    return {
        name: LinkTarget(name.kind, uid)
        for name in names
        if (uid := found.get((name.kind, slugify(name.name)))) is not None
    }


def _match_slugs(
    rows: Iterable[tuple[str, str, UUID]], owners: Mapping[tuple[str, str], UUID]
) -> dict[tuple[str, str], UUID]:
    """Return the uids of the rows by kind and slug: the former slugs in ``owners``, and the present ones."""
    present = {(kind, slug): uid for kind, slug, uid in rows}
    uids = {(kind, uid) for (kind, _), uid in present.items()}
    return {key: uid for key, uid in owners.items() if (key[0], uid) in uids} | present


def _find_near_names(unknown: Iterable[Name], carried: ShortNames, kinds: Collection[str]) -> dict[Name, list[str]]:
    """Return names that are similar to each unknown name, best first. This takes at most one query for each kind."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, name in unknown:
        by_kind[kind].append(slugify(name))
    known: dict[str, set[str]] = defaultdict(set)
    for kind, name in islice(carried.targets, _MAX_COMPARED_NAMES):
        known[kind].add(name)
    for kind, slugs in by_kind.items():
        if kind in kinds:
            known[kind] |= set(_list_similar_slugs(kind, slugs))
    return {
        Name(kind, name): get_close_matches(slugify(name), sorted(known[kind]), _MAX_NEAR_NAMES, _MIN_SIMILARITY)
        for kind, name in unknown
    }


def _list_similar_slugs(kind: str, slugs: Iterable[str]) -> Iterable[str]:
    """Return a limited number of slugs that begin or end like one of ``slugs``, or contain one of its longer words."""
    is_similar = Q(pk__in=[])
    for slug in filter(None, slugs):
        is_similar |= Q(slug__startswith=slug[:3]) | Q(slug__endswith=slug[-3:])
        for word in slug.split("-"):
            is_similar |= Q(slug__contains=word) if len(word) > 3 else Q()
    objects = Topic.objects.unmerged() if kind == "topic" else Work.objects.outside_trash().of_kind(kind)
    return objects.filter(is_similar).order_by("-pk").values_list("slug", flat=True)[:_MAX_COMPARED_NAMES]
