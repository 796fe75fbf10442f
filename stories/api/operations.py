"""The calls of the read API, each under the name of the page that shows the same."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from newsroom.http.clock import moment_of
from stories.api import asking, documents, telling
from stories.api.addresses import slug_of
from stories.api.answers import answer, answer_list
from stories.api.lists import named, one, written
from stories.api.searching import results_of
from stories.models.outlet import Outlet
from stories.reading.cards import live_questions, live_stories
from stories.reading.explainer import ExplainerPage
from stories.reading.history import EditionPage, HistoryPage
from stories.reading.outlet import OUTLETS
from stories.reading.question import QuestionPage
from stories.reading.topics_named import latest_about
from topics.models import Topic
from topics.reading import TOPICS

router = Router()

type Slug = Annotated[
    str, Path(description="A slug, or a uid, which no change of address touches."), Field(pattern=asking.KEY)
]
type Number = Annotated[int, Path(description="Which edition, counted from 1.", ge=1, le=999_999_999)]


@router.get("/stories", url_name="stories", operation_id="listStories", response=documents.StoryPage, tags=["stories"])
def stories(request: HttpRequest, asked: Query[asking.StoriesAsked]) -> HttpResponse:
    """Return the stories that can be read now, newest first."""
    at = moment_of(request)
    found = written("story", live_stories(at), asked, at=at)
    return answer_list(request, [telling.story_listed(card) for card in found.items], asked, then=found.then)


@router.get("/stories/{slug}", url_name="story", operation_id="getStory", response=documents.Story, tags=["stories"])
def story(request: HttpRequest, slug: Slug, asked: Query[asking.StoryAsked]) -> HttpResponse:
    """Return one story as it can be read now, with its whole text."""
    at = moment_of(request)
    page = ExplainerPage.load(slug_of("story", slug, at=at), at=at)
    return answer(telling.story(page, telling.now(page)), asked)


@router.get(
    "/stories/{slug}/editions",
    url_name="story_history",
    operation_id="listStoryEditions",
    response=documents.History,
    tags=["stories"],
)
def story_editions(request: HttpRequest, slug: Slug, asked: Query[asking.HistoryAsked]) -> HttpResponse:
    """Return every edition of a story that readers could open, newest first, and the notices between them."""
    return _history(request, "story", slug, asked)


@router.get(
    "/stories/{slug}/editions/{ordinal:number}",
    url_name="story_edition",
    operation_id="getStoryEdition",
    response=documents.Story,
    tags=["stories"],
)
def story_edition(request: HttpRequest, slug: Slug, number: Number, asked: Query[asking.StoryAsked]) -> HttpResponse:
    """Return a story as one of its editions said it, by the names of its time."""
    return _edition(request, "story", slug, number, asked)


@router.get(
    "/questions",
    url_name="questions",
    operation_id="listQuestions",
    response=documents.QuestionPage,
    tags=["questions"],
)
def questions(request: HttpRequest, asked: Query[asking.QuestionsAsked]) -> HttpResponse:
    """Return the common questions that can be read now, newest first."""
    at = moment_of(request)
    found = written("question", live_questions(at), asked, at=at)
    return answer_list(request, [telling.question_listed(card) for card in found.items], asked, then=found.then)


@router.get(
    "/questions/{slug}",
    url_name="question",
    operation_id="getQuestion",
    response=documents.Question,
    tags=["questions"],
)
def question(request: HttpRequest, slug: Slug, asked: Query[asking.QuestionAsked]) -> HttpResponse:
    """Return one common question with its answers, as it can be read now."""
    at = moment_of(request)
    page = QuestionPage.load(slug_of("question", slug, at=at), at=at)
    return answer(telling.question(page, telling.now(page)), asked)


@router.get(
    "/questions/{slug}/editions",
    url_name="question_history",
    operation_id="listQuestionEditions",
    response=documents.History,
    tags=["questions"],
)
def question_editions(request: HttpRequest, slug: Slug, asked: Query[asking.HistoryAsked]) -> HttpResponse:
    """Return every edition of a question that readers could open, newest first, and the notices between them."""
    return _history(request, "question", slug, asked)


@router.get(
    "/questions/{slug}/editions/{ordinal:number}",
    url_name="question_edition",
    operation_id="getQuestionEdition",
    response=documents.Question,
    tags=["questions"],
)
def question_edition(
    request: HttpRequest, slug: Slug, number: Number, asked: Query[asking.QuestionAsked]
) -> HttpResponse:
    """Return a question as one of its editions said it, by the names of its time."""
    return _edition(request, "question", slug, number, asked)


@router.get("/topics", url_name="topics", operation_id="listTopics", response=documents.TopicPage, tags=["topics"])
def topics(request: HttpRequest, asked: Query[asking.TopicsAsked]) -> HttpResponse:
    """Return the topics that something readers can open names, by name."""
    at = moment_of(request)
    found = named(Topic.objects.all(), asked, kind=asked.kind, at=at)
    latest = latest_about([naming.thing.pk for naming in found.items], at=at)
    shown = [telling.topic_listed(naming, latest.get(naming.thing.pk)) for naming in found.items]
    return answer_list(request, shown, asked, then=found.then)


@router.get("/topics/{slug}", url_name="topic", operation_id="getTopic", response=documents.Topic, tags=["topics"])
def topic(request: HttpRequest, slug: Slug, asked: Query[asking.TopicAsked]) -> HttpResponse:
    """Return one topic with what is said of it."""
    at = moment_of(request)
    found = one(TOPICS, slug, at=at)
    return answer(telling.topic(found, latest_about([found.thing.pk], at=at).get(found.thing.pk)), asked)


@router.get("/outlets", url_name="sources", operation_id="listOutlets", response=documents.OutletPage, tags=["outlets"])
def outlets(request: HttpRequest, asked: Query[asking.OutletsAsked]) -> HttpResponse:
    """Return the outlets that something readers can open names, by name."""
    at = moment_of(request)
    found = named(Outlet.objects.all(), asked, kind=asked.kind, at=at)
    return answer_list(request, [telling.outlet_listed(naming) for naming in found.items], asked, then=found.then)


@router.get("/outlets/{slug}", url_name="source", operation_id="getOutlet", response=documents.Outlet, tags=["outlets"])
def outlet(request: HttpRequest, slug: Slug, asked: Query[asking.OutletAsked]) -> HttpResponse:
    """Return one outlet with what is said of it."""
    at = moment_of(request)
    return answer(telling.outlet(one(OUTLETS, slug, at=at)), asked)


@router.get("/search", url_name="search", operation_id="search", response=documents.ResultPage, tags=["search"])
def search(request: HttpRequest, asked: Query[asking.SearchAsked]) -> HttpResponse:
    """Return the stories, questions, topics and outlets in which words stand, the best first."""
    results = results_of(asked, at=moment_of(request))
    return answer_list(
        request,
        [telling.result(found) for found in results.found],
        asked,
        then=results.then,
        total=results.total,
        total_is_capped=results.total_is_capped,
        did_you_mean=results.did_you_mean,
    )


def _history(request: HttpRequest, kind: str, slug: str, asked: asking.HistoryAsked) -> HttpResponse:
    at = moment_of(request)
    page = HistoryPage.load(kind, slug_of(kind, slug, at=at), at=at)
    return answer_list(request, [telling.stage(stage) for stage in page.stages], asked)


def _edition(request: HttpRequest, kind: str, slug: str, number: int, asked: asking.Asked) -> HttpResponse:
    at = moment_of(request)
    past = EditionPage.load(kind, slug_of(kind, slug, at=at), number, at=at)
    return answer(telling.printed(past.page, past.shown), asked)
