"""Load the contexts for checks."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from newsroom.db.statements import PreparedQuery
from newsroom.http.languages import primary_subtag
from newsroom.search.index.tokens import KIND, SEPARATOR, TITLE, make_tag
from newsroom.search.lookup import find_newest_editions
from newsroom.search.query.conditions import IndexQuery
from newsroom.text.fold import fold
from stories.checks import house_style
from stories.checks.context import CheckContext
from stories.checks.findings import Level
from stories.checks.links import find_entity_links
from stories.checks.outlets import join_lines
from stories.checks.similarity import WordingIndex, get_stems, list_required_groups
from stories.documents import AnyDocument, Explainer, QuestionPage
from stories.drafts.frozen_forecasts import find_frozen_forecasts
from stories.drafts.references import NamedEntities, list_topic_uids
from stories.drafts.search import build_similar_sql
from stories.models import (
    FAQ,
    MAX_FOLDED_TITLE_LENGTH,
    ChangeNote,
    CheckLevel,
    Edition,
    Revision,
    Story,
    Work,
    WorkKind,
)
from topics.models import Topic

_CHECK_LEVELS = PreparedQuery(lambda: CheckLevel.objects.order_by().values_list("code", "level"))
_LIVE_UIDS = PreparedQuery(lambda at, uids: Edition.objects.live(at).filter(uid__in=uids).order_by().values_list("uid"))


def load_house_rules() -> CheckContext:
    """Return the context for a document on its own: levels, minimum number of outlets and house style.

    This takes two queries.
    """
    levels = {code: Level(level) for code, level in _CHECK_LEVELS()}
    return CheckContext(levels=levels, minimum_outlets=settings.MINIMUM_OUTLETS, house_words=house_style.load_entries())


class CheckRequest(NamedTuple):
    """A document to check: the text of ``work`` that is to be published at ``at``.

    ``previous`` is the document that readers saw last, and ``change`` is the change note. A missing change note is
    reported only if ``asks_for_change`` is true. ``CheckContext`` describes ``is_title_confirmed`` and ``lacking``.
    """

    work: Work
    document: AnyDocument
    at: datetime
    previous: AnyDocument | None = None
    change: ChangeNote | None = None
    asks_for_change: bool = False
    is_title_confirmed: bool = False
    lacking: frozenset[str] = frozenset()


def load_context(
    work: Work,
    document: AnyDocument,
    *,
    at: datetime,
    previous: AnyDocument | None = None,
    change: ChangeNote | None = None,
    asks_for_change: bool = False,
    is_title_confirmed: bool = False,
    lacking: frozenset[str] = frozenset(),
    together: Iterable[Work] = (),
) -> CheckContext:
    """Return the context for one document; ``together`` holds works that are published at the same time.

    ``CheckRequest`` describes the other arguments.
    """
    request = CheckRequest(work, document, at, previous, change, asks_for_change, is_title_confirmed, lacking)
    return load_contexts([request], together=together, names=NamedEntities.load([document]))[0]


def load_contexts(
    requests: Sequence[CheckRequest], *, names: NamedEntities, together: Iterable[Work] = ()
) -> list[CheckContext]:
    """Return the contexts for documents that are published with one another and with the works ``together``.

    ``names`` holds the topics and outlets that the documents name. Documents with the same publication time and
    language share their queries.
    """
    rules = load_house_rules()
    works = {each.work.pk: each.work for each in requests}
    works |= {work.pk: work for work in together}
    published_uids = {work.uid for work in works.values()}
    retired = frozenset(uid for uid, outlet in names.outlets.items() if outlet.retired)
    entities = (*names.outlets.items(), *names.topics.items())
    merged = {uid: entity.merged_into.name for uid, entity in entities if entity.merged_into}
    taken_headlines = find_taken_headlines(requests, works)
    similar_questions = find_similar_questions(requests)
    reachable = _find_reachable(requests)
    copied_passages = _find_copied_passages(requests)
    frozen_forecasts = find_frozen_forecasts(_list_with_forecasts(requests))
    return [
        CheckContext(
            at=each.at,
            previous=each.previous,
            change=each.change,
            asks_for_change=each.asks_for_change,
            minimum_outlets=rules.minimum_outlets,
            levels=rules.levels,
            house_words=rules.house_words,
            live_headlines=taken_headlines.get(each.work.pk, frozenset()),
            other_questions=similar_questions.get(each.work.pk, {}),
            reachable=frozenset({*reachable[each.at], *list_topic_uids(each.document), *published_uids}),
            retired=retired,
            merged=merged,
            is_title_confirmed=each.is_title_confirmed,
            lacking=each.lacking,
            copied_passages=copied_passages.get(each.work.pk, frozenset()),
            frozen_forecasts=frozen_forecasts.get(each.document.uid, {}),
        )
        for each in requests
    ]


def _list_with_forecasts(requests: Sequence[CheckRequest]) -> list[tuple[Explainer, datetime]]:
    """Return the stories that follow a page and have forecasts, or of which that page has some; with their times.

    Each page has the public forecasts of all pages before it, as the check refuses to publish one without them.
    """
    return [
        (each.document, each.at)
        for each in requests
        if isinstance(each.document, Explainer)
        and isinstance(each.previous, Explainer)
        and (each.document.forecasts or each.previous.forecasts)
    ]


def _find_copied_passages(requests: Sequence[CheckRequest]) -> dict[int, frozenset[str]]:
    """Return the passages with which duplicated stories began, keyed by the primary keys of the stories."""
    duplicates = [each.work.pk for each in requests if each.work.duplicated_from]
    if not duplicates:
        return {}
    first = Revision.objects.filter(work__in=duplicates, number=1).select_related("document").order_by()
    documents = ((revision.work_id, revision.document.value()) for revision in first)
    return {
        key: frozenset(join_lines(passage.text) for passage in document.passages)
        for key, document in documents
        if isinstance(document, Explainer)
    }


def _find_reachable(requests: Sequence[CheckRequest]) -> dict[datetime, set[UUID]]:
    """Return, for each publication time, the uids of the works and topics that readers can open at that time.

    Only works and topics to which the documents link, and questions that they ask, are considered. Topics that every
    document names are left out, because the caller adds the topics of each document.
    """
    reachable: dict[datetime, set[UUID]] = {}
    for at in {each.at for each in requests}:
        documents = [each.document for each in requests if each.at == at]
        targets = [link.target for document in documents for link in find_entity_links(document)]
        works = {target.uid for target in targets if target.kind in {"story", "question"}}
        works |= {question.uid for each in documents if isinstance(each, Explainer) for question in each.questions}
        topics = {target.uid for target in targets if target.kind == "topic"}
        topics -= {uid for uid in topics if all(uid in list_topic_uids(each) for each in documents)}
        reachable[at] = set()
        if works:
            reachable[at] |= {uid for (uid,) in _LIVE_UIDS(at=at, uids=works)}
        if topics:
            public = Topic.objects.public(at).values("pk")
            readable = Topic.objects.filter(Q(pk__in=public) | Q(merged_into__in=public), uid__in=topics)
            reachable[at] |= set(readable.values_list("uid", flat=True))
    return reachable


# The maximum number of questions to compare for each group of stems.
MAX_COMPARED_QUESTIONS = 500


_LIVE_TITLES = PreparedQuery(
    lambda at, titles: (
        Edition.objects.live(at).stories().filter(folded_title__in=titles).order_by().values_list("title", "work")
    )
)


def find_taken_headlines(requests: Sequence["CheckRequest"], together: Mapping[int, Work]) -> dict[int, frozenset[str]]:
    """Return a set for each story, keyed by primary key.

    The set contains the folded headline of the story if another story has the same headline, and is otherwise empty.
    Other stories count if they are live when this one is to be published, or if they are among the works ``together``,
    which are published with it.
    """
    own = {each.work.pk: fold(each.document.headline) for each in requests if isinstance(each.document, Explainer)}
    if not own:
        return {}
    headlines_by_work = dict(own)
    if others := [key for key, work in together.items() if key not in headlines_by_work and work.kind == "story"]:
        headlines = Story.objects.filter(pk__in=others).values_list("pk", "headline")
        headlines_by_work |= {key: fold(headline) for key, headline in headlines}
    works_by_headline: dict[str, set[int]] = {}
    for key, headline in headlines_by_work.items():
        works_by_headline.setdefault(headline, set()).add(key)
    taken_by_work = {key: {headline} if works_by_headline[headline] - {key} else set() for key, headline in own.items()}
    for at in {each.at for each in requests if each.work.pk in own}:
        own_at_this_time = {
            each.work.pk: own[each.work.pk] for each in requests if each.at == at and each.work.pk in own
        }
        searched = {headline[:MAX_FOLDED_TITLE_LENGTH] for headline in own_at_this_time.values() if headline}
        live = _LIVE_TITLES(at=at, titles=searched) if searched else []
        titles = {fold(title) for title, work in live if work not in together}
        for key, headline in own_at_this_time.items():
            taken_by_work[key] |= {headline} & titles
    return {key: frozenset(headlines) for key, headlines in taken_by_work.items()}


def find_similar_questions(requests: Sequence["CheckRequest"]) -> dict[int, Mapping[str, frozenset[str]]]:
    """Return the similar wordings of other questions in the same language, keyed by each question's primary key.

    Each of these wordings is mapped to its stems. The result includes confirmed wordings of drafts, and wordings that
    are live when the document is to be published. Drafts and live wordings are each limited to
    ``MAX_COMPARED_QUESTIONS`` times the number of groups of stems.
    """
    stems_by_language: dict[tuple[datetime, str], dict[int, frozenset[str]]] = {}
    for each in requests:
        if isinstance(each.document, QuestionPage):
            language = primary_subtag(each.document.language)
            own = get_stems(each.document.question, language)
            stems_by_language.setdefault((each.at, language), {})[each.work.pk] = own
    similar_by_work: dict[int, Mapping[str, frozenset[str]]] = {}
    for (at, language), stems_by_work in stems_by_language.items():
        others = _find_wordings(
            [group for own in stems_by_work.values() for group in list_required_groups(own)], language, at=at
        )
        known = {other: get_stems(other[1], language) for other in others}
        wordings = WordingIndex(known)
        for key, own in stems_by_work.items():
            similar = wordings.find_similar(own)
            similar_by_work[key] = {wording: known[work, wording] for work, wording in similar if work != key}
    return similar_by_work


def _find_wordings(groups: Sequence[tuple[str, ...]], language: str, *, at: datetime) -> set[tuple[int, str]]:
    """Return pairs of primary key and wording for the questions in this language that may be similar.

    The draft or the live title of each contains all stems of at least one group.
    """
    if not groups:
        return set()
    drafts = build_similar_sql(groups, kind=WorkKind.QUESTION, limit=MAX_COMPARED_QUESTIONS * len(groups))
    draft_questions = (
        FAQ.objects.outside_trash()
        .matching_drafts(*drafts)
        .filter(question_confirmed=True, language__istartswith=language)
    )
    title_queries = [IndexQuery(tuple(((f"{TITLE}{SEPARATOR}{stem}",),) for stem in group)) for group in groups]
    question_queries = [each.with_tag_among([make_tag(KIND, WorkKind.QUESTION)]) for each in title_queries]
    newest = Edition.objects.filter(pk__in=find_newest_editions(question_queries, at=at, limit=MAX_COMPARED_QUESTIONS))
    live = newest.filter(language__istartswith=language)
    return {*draft_questions.values_list("pk", "question"), *live.values_list("work", "title")}
