"""The authors in the byline of a page: the names as published, with the author pages that readers can open."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull

from newsroom.accounts.models import Contributor
from newsroom.db.statements import PreparedQuery
from newsroom.entities.mentions import newest_live_mention
from newsroom.http.reverse import reverse_slug
from stories.documents import NamedContributor


@dataclass(frozen=True, slots=True)
class Author:
    """An author in a byline. Without a public page, only the name is known.

    ``topics`` are the names of the topics about which the author writes.
    """

    name: str
    url: str = ""
    role: str = ""
    topics: tuple[str, ...] = ()


def is_in_live_byline(at: datetime) -> IsNull:
    """Return the condition that an edition live at ``at`` has the contributor in its byline."""
    # A scalar subquery finds the newest row of each contributor. With a join, the database may read all rows.
    return IsNull(newest_live_mention(Contributor, at=at), False)


def load_authors(byline: Sequence[NamedContributor], *, at: datetime) -> tuple[Author, ...]:
    """Return the authors in the order of the byline, in at most one query.

    An author has an address, a role and topics only if the author page is public at ``at``.
    """
    authors = {named.uid: Author(named.name) for named in byline}
    for uid, slug, role, topic in _PUBLIC_AUTHORS(uids=set(authors), at=at) if authors else ():
        author = authors[uid]
        topics = (*author.topics, topic) if topic and topic not in author.topics else author.topics
        authors[uid] = replace(author, url=reverse_slug(Contributor.address_kind, slug), role=role, topics=topics)
    return tuple(authors.values())


def _list_public_authors(uids: Collection[UUID], at: datetime) -> QuerySet[Any, Any]:
    """Return the uid, slug and role of each contributor whose page is public, once for each of their topics."""
    topic = Coalesce("topics__merged_into__name", "topics__name")
    public = Contributor.objects.filter(is_in_live_byline(at), uid__in=uids, has_page=True)
    return public.order_by("pk", topic).values_list("uid", "slug", "role", topic)


_PUBLIC_AUTHORS = PreparedQuery(_list_public_authors)
