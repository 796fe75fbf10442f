"""Gathers what checks know besides the document, in a constant number of queries."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from newsroom.db.statements import Prepared
from stories import dictionary
from stories.checks.context import Context
from stories.checks.finding import Level
from stories.checks.links import things_linked
from stories.checks.taken import headlines_taken, questions_near
from stories.documents import AnyDocument, Explainer
from stories.drafts.references import Names, topics_in
from stories.models import ChangeNote, CheckLevel, Edition, Work
from topics.models import Topic

_LEVELS = Prepared(lambda: CheckLevel.objects.order_by().values_list("code", "level"))
_LIVE = Prepared(lambda at, uids: Edition.objects.live(at).filter(uid__in=uids).order_by().values_list("uid"))


def house_rules() -> Context:
    """Return what holds for every document, looked at by itself: the levels, the fewest outlets, the dictionary. Two queries."""
    levels = {code: Level(level) for code, level in _LEVELS()}
    return Context(levels=levels, minimum_outlets=settings.MINIMUM_OUTLETS, house_words=dictionary.entries())


class Looked(NamedTuple):
    """A document that is looked at: the text of ``work`` that is to be seen from ``at`` on.

    ``previous`` is what readers saw last, ``change`` what the editor says of the difference; a missing one is found
    only where ``asks_for_change``, so where somebody was asked.
    """

    work: Work
    document: AnyDocument
    at: datetime
    previous: AnyDocument | None = None
    change: ChangeNote | None = None
    asks_for_change: bool = False


def context_for(
    work: Work,
    document: AnyDocument,
    *,
    at: datetime,
    previous: AnyDocument | None = None,
    change: ChangeNote | None = None,
    asks_for_change: bool = False,
    together: Iterable[Work] = (),
) -> Context:
    """Return the world around one document; see ``Looked``. ``together`` are works that go out at the same time.

    At most nine queries, however long the document and however many works there are.
    """
    looked = Looked(work, document, at, previous, change, asks_for_change)
    return contexts_for([looked], together=together, names=Names.of([document]))[0]


def contexts_for(looked: Sequence[Looked], *, names: Names, together: Iterable[Work] = ()) -> list[Context]:
    """Return the world around each of several documents, which go out at the same time as the works ``together``.

    ``names`` are the topics and outlets that they name. As many queries for many as for one, but for documents that are
    to be seen from different moments on, or are in different languages.
    """
    rules = house_rules()
    works = {each.work.pk: each.work for each in looked}
    works |= {work.pk: work for work in together}
    going_out = {work.uid for work in works.values()}
    retired = frozenset(uid for uid, outlet in names.outlets.items() if outlet.retired)
    things = (*names.outlets.items(), *names.topics.items())
    merged = {uid: thing.merged_into.name for uid, thing in things if thing.merged_into}
    same = headlines_taken(looked, works)
    alike = questions_near(looked)
    reachable = _reachable(looked)
    return [
        Context(
            at=each.at,
            previous=each.previous,
            change=each.change,
            asks_for_change=each.asks_for_change,
            minimum_outlets=rules.minimum_outlets,
            levels=rules.levels,
            house_words=rules.house_words,
            live_headlines=same.get(each.work.pk, frozenset()),
            other_questions=alike.get(each.work.pk, {}),
            reachable=frozenset({*reachable[each.at], *topics_in(each.document), *going_out}),
            retired=retired,
            merged=merged,
        )
        for each in looked
    ]


def _reachable(looked: Sequence[Looked]) -> dict[datetime, set[UUID]]:
    """Return by moment the uids of works and topics the documents lead to that readers find then."""
    found: dict[datetime, set[UUID]] = {}
    for at in {each.at for each in looked}:
        documents = [each.document for each in looked if each.at == at]
        linked = [link.thing for document in documents for link in things_linked(document)]
        works = {thing.uid for thing in linked if thing.kind in {"story", "question"}}
        works |= {asked.uid for each in documents if isinstance(each, Explainer) for asked in each.questions}
        topics = {thing.uid for thing in linked if thing.kind == "topic"}
        topics -= {uid for uid in topics if all(uid in topics_in(each) for each in documents)}
        found[at] = set()
        if works:
            found[at] |= {uid for (uid,) in _LIVE(at=at, uids=works)}
        if topics:
            public = Topic.objects.public(at).values("pk")
            seen = Topic.objects.filter(Q(pk__in=public) | Q(merged_into__in=public), uid__in=topics)
            found[at] |= set(seen.values_list("uid", flat=True))
    return found
