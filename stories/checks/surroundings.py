"""Gathers what checks know besides the document, in a constant number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Length

from newsroom.text.folding import fold
from stories import dictionary
from stories.checks.context import Context
from stories.checks.finding import Level
from stories.checks.likeness import stems, telling_parts
from stories.checks.links import things_linked
from stories.documents import AnyDocument, Explainer, QuestionPage
from stories.models import FAQ, ChangeNote, CheckLevel, Edition, Outlet, Story, Work
from topics.models import Topic

# Folding changes the length of a headline by no more than its ligatures and marks.
HEADLINE_LEEWAY = 12


def house_rules() -> Context:
    """Return what holds for every document, looked at by itself: the levels, the fewest outlets, the dictionary. Two queries."""
    levels = {row.code: Level(row.level) for row in CheckLevel.objects.all()}
    return Context(levels=levels, minimum_outlets=settings.MINIMUM_OUTLETS, house_words=dictionary.entries())


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
    """Return the world around ``document``, the text of ``work`` that is to be seen from ``at`` on.

    ``previous`` is what readers saw last, ``change`` what the editor says of the difference; a missing one is found
    only where ``asks_for_change``, so where somebody was asked. ``together`` are works that go out at the same time.
    At most nine queries, however long the document and however many works there are.
    """
    rules = house_rules()
    others = [other for other in together if other.pk != work.pk]
    retired, merged = _names_of_the_past(document)
    return Context(
        at=at,
        previous=previous,
        change=change,
        asks_for_change=asks_for_change,
        minimum_outlets=rules.minimum_outlets,
        levels=rules.levels,
        house_words=rules.house_words,
        live_headlines=_headlines(work, document, others, at=at) if isinstance(document, Explainer) else frozenset(),
        other_questions=_questions(work, document, at=at) if isinstance(document, QuestionPage) else {},
        reachable=_reachable(document, at=at) | {other.uid for other in (work, *others)},
        retired=retired,
        merged=merged,
    )


def _headlines(work: Work, document: Explainer, together: Sequence[Work], *, at: datetime) -> frozenset[str]:
    """Return the folded headlines of other stories that could be this one's, live then or going out together."""
    length = len(document.headline)
    if not length:
        return frozenset()
    keys = [other.pk for other in together]
    live = Edition.objects.live(at).stories().exclude(work__in=[work.pk, *keys])
    as_long = Q(length__range=(length - HEADLINE_LEEWAY, length + HEADLINE_LEEWAY))
    titles = live.alias(length=Length("title")).filter(as_long).values_list("title", flat=True)
    going_out = Story.objects.filter(pk__in=keys).values_list("headline", flat=True) if keys else ()
    return frozenset(fold(title) for title in (*titles, *going_out))


def _questions(work: Work, document: QuestionPage, *, at: datetime) -> Mapping[str, frozenset[str]]:
    """Return the stems of other questions in this language that could be the same, as worded on the desk or live."""
    language = document.language.split("-")[0]
    parts = telling_parts(stems(document.question, language))
    on_the_desk, live = Q(), Q()
    for part in parts:
        on_the_desk |= Q(folded_question__contains=part)
        live |= Q(title__icontains=part)
    if not parts:
        return {}
    asked = FAQ.objects.on_the_desk().filter(on_the_desk, question_confirmed=True, language__istartswith=language)
    shown = Edition.objects.live(at).questions().filter(live, language__istartswith=language)
    wordings = [
        *asked.exclude(pk=work.pk).values_list("question", flat=True),
        *shown.exclude(work=work.pk).values_list("title", flat=True),
    ]
    return {wording: stems(wording, language) for wording in wordings}


def _reachable(document: AnyDocument, *, at: datetime) -> frozenset[UUID]:
    """Return the uids of works and topics the document leads to that readers find at ``at``."""
    linked = [link.thing for link in things_linked(document)]
    works = {thing.uid for thing in linked if thing.kind in {"story", "question"}}
    if isinstance(document, Explainer):
        works |= {asked.uid for asked in document.questions}
    own = {topic.topic for topic in document.topics if topic.topic}
    topics = {thing.uid for thing in linked if thing.kind == "topic"} - own
    found = set(own)
    if works:
        found |= set(Edition.objects.live(at).filter(uid__in=works).values_list("uid", flat=True))
    if topics:
        public = Topic.objects.public(at).values("pk")
        seen = Topic.objects.filter(Q(pk__in=public) | Q(merged_into__in=public), uid__in=topics)
        found |= set(seen.values_list("uid", flat=True))
    return frozenset(found)


def _names_of_the_past(document: AnyDocument) -> tuple[frozenset[UUID], dict[UUID, str]]:
    """Return the uids of retired outlets, and of merged outlets and topics with the name they go by today."""
    topics = {topic.topic for topic in document.topics if topic.topic}
    outlets = {cited.outlet.uid for cited in document.citations if cited.outlet.uid}
    if isinstance(document, Explainer):
        outlets |= {outlet.uid for passage in document.passages for outlet in passage.outlets if outlet.uid}
    past: list[Outlet | Topic] = []
    retired: frozenset[UUID] = frozenset()
    if outlets:
        rows = Outlet.objects.filter(Q(retired=True) | ~Q(merged_into=None), uid__in=outlets)
        past += rows.select_related("merged_into")
        retired = frozenset(outlet.uid for outlet in past if isinstance(outlet, Outlet) and outlet.retired)
    if topics:
        past += Topic.objects.filter(~Q(merged_into=None), uid__in=topics).select_related("merged_into")
    return retired, {thing.uid: thing.merged_into.name for thing in past if thing.merged_into}
