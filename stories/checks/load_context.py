"""Load the contexts of checks in a constant number of queries."""

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
from stories.checks.similarity import WordingIndex, get_stems, list_required_groups
from stories.documents import AnyDocument, Explainer, QuestionPage
from stories.drafts.references import NamedEntities, list_topic_uids
from stories.drafts.search import build_similar_sql
from stories.models import FAQ, LONGEST_FOLDED_TITLE, ChangeNote, CheckLevel, Edition, Story, Work, WorkKind
from topics.models import Topic

_LEVELS = PreparedQuery(lambda: CheckLevel.objects.order_by().values_list("code", "level"))
_LIVE = PreparedQuery(lambda at, uids: Edition.objects.live(at).filter(uid__in=uids).order_by().values_list("uid"))


def load_house_rules() -> CheckContext:
    """Return the context of a document on its own: levels, minimum of outlets and house style. Take two queries."""
    levels = {code: Level(level) for code, level in _LEVELS()}
    return CheckContext(levels=levels, minimum_outlets=settings.MINIMUM_OUTLETS, house_words=house_style.load_entries())


class CheckRequest(NamedTuple):
    """A document to check: the text of ``work`` that is to go live at ``at``.

    ``previous`` is the document that readers saw last, and ``change`` the change note. A missing change note is found
    only if ``asks_for_change`` is true.
    """

    work: Work
    document: AnyDocument
    at: datetime
    previous: AnyDocument | None = None
    change: ChangeNote | None = None
    asks_for_change: bool = False


def load_context(
    work: Work,
    document: AnyDocument,
    *,
    at: datetime,
    previous: AnyDocument | None = None,
    change: ChangeNote | None = None,
    asks_for_change: bool = False,
    together: Iterable[Work] = (),
) -> CheckContext:
    """Return the context of one document; ``together`` holds works that are published at the same time.

    See ``Looked`` for the other arguments. Take at most nine queries, whatever the length of the document and the
    number of works.
    """
    looked = CheckRequest(work, document, at, previous, change, asks_for_change)
    return load_contexts([looked], together=together, names=NamedEntities.load([document]))[0]


def load_contexts(
    requests: Sequence[CheckRequest], *, names: NamedEntities, together: Iterable[Work] = ()
) -> list[CheckContext]:
    """Return the contexts of several documents that are published at the same time as the works ``together``.

    ``names`` holds the topics and outlets that they name. The number of queries does not depend on the number of
    documents, but on the number of different moments and languages.
    """
    rules = load_house_rules()
    works = {each.work.pk: each.work for each in requests}
    works |= {work.pk: work for work in together}
    going_out = {work.uid for work in works.values()}
    retired = frozenset(uid for uid, outlet in names.outlets.items() if outlet.retired)
    things = (*names.outlets.items(), *names.topics.items())
    merged = {uid: thing.merged_into.name for uid, thing in things if thing.merged_into}
    same = find_taken_headlines(requests, works)
    alike = find_similar_questions(requests)
    reachable = _reachable(requests)
    return [
        CheckContext(
            at=each.at,
            previous=each.previous,
            change=each.change,
            asks_for_change=each.asks_for_change,
            minimum_outlets=rules.minimum_outlets,
            levels=rules.levels,
            house_words=rules.house_words,
            live_headlines=same.get(each.work.pk, frozenset()),
            other_questions=alike.get(each.work.pk, {}),
            reachable=frozenset({*reachable[each.at], *list_topic_uids(each.document), *going_out}),
            retired=retired,
            merged=merged,
        )
        for each in requests
    ]


def _reachable(looked: Sequence[CheckRequest]) -> dict[datetime, set[UUID]]:
    """Return, by moment, the uids of works and topics that the documents link to and readers can open then."""
    found: dict[datetime, set[UUID]] = {}
    for at in {each.at for each in looked}:
        documents = [each.document for each in looked if each.at == at]
        linked = [link.target for document in documents for link in find_entity_links(document)]
        works = {thing.uid for thing in linked if thing.kind in {"story", "question"}}
        works |= {asked.uid for each in documents if isinstance(each, Explainer) for asked in each.questions}
        topics = {thing.uid for thing in linked if thing.kind == "topic"}
        topics -= {uid for uid in topics if all(uid in list_topic_uids(each) for each in documents)}
        found[at] = set()
        if works:
            found[at] |= {uid for (uid,) in _LIVE(at=at, uids=works)}
        if topics:
            public = Topic.objects.public(at).values("pk")
            seen = Topic.objects.filter(Q(pk__in=public) | Q(merged_into__in=public), uid__in=topics)
            found[at] |= set(seen.values_list("uid", flat=True))
    return found


# How many questions with the same words are compared at most.
MOST_LOOKED_AT = 500


_LIVE_EDITIONS = PreparedQuery(
    lambda at, titles: (
        Edition.objects.live(at).stories().filter(folded_title__in=titles).order_by().values_list("title", "work")
    )
)


def find_taken_headlines(looked: Sequence["CheckRequest"], together: Mapping[int, Work]) -> dict[int, frozenset[str]]:
    """Return the folded headline of each story if another story has it, by the primary key of the work.

    The other story is live at the same time, or one of the works ``together``, which are published at the same time.
    """
    own = {each.work.pk: fold(each.document.headline) for each in looked if isinstance(each.document, Explainer)}
    if not own:
        return {}
    said = dict(own)
    if rest := [key for key, work in together.items() if key not in said and work.kind == "story"]:
        headlines = Story.objects.filter(pk__in=rest).values_list("pk", "headline")
        said |= {key: fold(headline) for key, headline in headlines}
    holders: dict[str, set[int]] = {}
    for key, headline in said.items():
        holders.setdefault(headline, set()).add(key)
    taken = {key: {headline} if holders[headline] - {key} else set() for key, headline in own.items()}
    for at in {each.at for each in looked if each.work.pk in own}:
        here = {each.work.pk: own[each.work.pk] for each in looked if each.at == at and each.work.pk in own}
        wanted = {headline[:LONGEST_FOLDED_TITLE] for headline in here.values() if headline}
        live = _LIVE_EDITIONS(at=at, titles=wanted) if wanted else []
        titles = {fold(title) for title, work in live if work not in together}
        for key, headline in here.items():
            taken[key] |= {headline} & titles
    return {key: frozenset(headlines) for key, headlines in taken.items()}


def find_similar_questions(looked: Sequence["CheckRequest"]) -> dict[int, Mapping[str, frozenset[str]]]:
    """Return other questions that ask nearly the same in the same language, by the primary key of the work.

    Each is returned as its wording with its stems. Wordings of drafts count, and those that are live at the moment of
    the document. Both are found through the search indexes, newest first, at most MOST_LOOKED_AT for each group of
    stems.
    """
    asking: dict[tuple[datetime, str], dict[int, frozenset[str]]] = {}
    for each in looked:
        if isinstance(each.document, QuestionPage):
            language = primary_subtag(each.document.language)
            own = get_stems(each.document.question, language)
            asking.setdefault((each.at, language), {})[each.work.pk] = own
    found: dict[int, Mapping[str, frozenset[str]]] = {}
    for (at, language), asked in asking.items():
        others = _wordings([group for own in asked.values() for group in list_required_groups(own)], language, at=at)
        known = {other: get_stems(other[1], language) for other in others}
        wordings = WordingIndex(known)
        for key, own in asked.items():
            alike = wordings.find_similar(own)
            found[key] = {wording: known[work, wording] for work, wording in alike if work != key}
    return found


def _wordings(groups: Sequence[tuple[str, ...]], language: str, *, at: datetime) -> set[tuple[int, str]]:
    """Return the questions in a language that contain one of the groups of stems, with primary keys of works.

    Take three queries.
    """
    if not groups:
        return set()
    drafts = build_similar_sql(groups, kind=WorkKind.QUESTION, limit=MOST_LOOKED_AT * len(groups))
    asked = (
        FAQ.objects.outside_trash()
        .matching_drafts(*drafts)
        .filter(question_confirmed=True, language__istartswith=language)
    )
    titled = [IndexQuery(tuple(((f"{TITLE}{SEPARATOR}{stem}",),) for stem in group)) for group in groups]
    of_questions = [each.with_tag_among([make_tag(KIND, WorkKind.QUESTION)]) for each in titled]
    shown = Edition.objects.filter(pk__in=find_newest_editions(of_questions, at=at, limit=MOST_LOOKED_AT))
    live = shown.filter(language__istartswith=language)
    return {*asked.values_list("pk", "question"), *live.values_list("work", "title")}
