"""The operations of the read API. Each has the URL name of the page that shows the same content."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from newsroom.http.clock import request_time
from newsroom.outlets.models import Outlet
from stories.public.api import parameters, schemas, serializers
from stories.public.api.addresses import resolve_slug
from stories.public.api.queries import get_entity, list_entities, list_forecasts, list_works
from stories.public.api.responses import list_response, object_response
from stories.public.api.search import run_search
from stories.public.pages.history.editions import EditionPage, HistoryPage
from stories.public.pages.lists.cards import live_questions, live_stories
from stories.public.pages.outlets.outlet import OUTLETS
from stories.public.pages.works.question import QuestionPage
from stories.public.pages.works.story import ExplainerPage
from stories.public.pages.works.topics import latest_updates_by_topic
from topics.models import Topic
from topics.pages import TOPIC_FAMILIES

router = Router()

type Slug = Annotated[
    str,
    Path(description="A slug or a uid. A uid stays the same when the address changes."),
    Field(pattern=parameters.KEY_PATTERN),
]
type Number = Annotated[int, Path(description="The number of the edition, from 1.", ge=1, le=999_999_999)]


@router.get("/stories", url_name="stories", operation_id="listStories", response=schemas.StoryPage, tags=["stories"])
def stories(request: HttpRequest, query: Query[parameters.StoryListParameters]) -> HttpResponse:
    """Return the live stories, most recently updated first."""
    at = request_time(request)
    page = list_works("story", live_stories(at).with_ordinals(), query, at=at)
    return list_response(
        request, [serializers.serialize_story_listed(card) for card in page.items], query, next_cursor=page.next_cursor
    )


@router.get("/stories/{slug}", url_name="story", operation_id="getStory", response=schemas.Story, tags=["stories"])
def story(request: HttpRequest, slug: Slug, query: Query[parameters.StoryParameters]) -> HttpResponse:
    """Return a live story with its full text."""
    at = request_time(request)
    page = ExplainerPage.load(resolve_slug("story", slug, at=at), at=at)
    return object_response(serializers.serialize_story(page, serializers.build_live_stage(page)), query)


@router.get(
    "/stories/{slug}/editions",
    url_name="story_history",
    operation_id="listStoryEditions",
    response=schemas.History,
    tags=["stories"],
)
def story_editions(request: HttpRequest, slug: Slug, query: Query[parameters.HistoryParameters]) -> HttpResponse:
    """Return all editions of a story that have been public and the notices between them, newest first."""
    return _list_history(request, "story", slug, query)


@router.get(
    "/stories/{slug}/editions/{ordinal:number}",
    url_name="story_edition",
    operation_id="getStoryEdition",
    response=schemas.Story,
    tags=["stories"],
)
def story_edition(
    request: HttpRequest, slug: Slug, number: Number, query: Query[parameters.StoryParameters]
) -> HttpResponse:
    """Return a story as it was in one of its editions, with the names of that time."""
    return _get_edition(request, "story", slug, number, query)


@router.get(
    "/questions",
    url_name="questions",
    operation_id="listQuestions",
    response=schemas.QuestionPage,
    tags=["questions"],
)
def questions(request: HttpRequest, query: Query[parameters.QuestionListParameters]) -> HttpResponse:
    """Return the live common questions, most recently updated first."""
    at = request_time(request)
    page = list_works("question", live_questions(at).with_question_states().with_ordinals(), query, at=at)
    return list_response(
        request,
        [serializers.serialize_question_listed(card, at=at) for card in page.items],
        query,
        next_cursor=page.next_cursor,
    )


@router.get(
    "/questions/{slug}",
    url_name="question",
    operation_id="getQuestion",
    response=schemas.Question,
    tags=["questions"],
)
def question(request: HttpRequest, slug: Slug, query: Query[parameters.QuestionParameters]) -> HttpResponse:
    """Return a live common question with its answers."""
    at = request_time(request)
    page = QuestionPage.load(resolve_slug("question", slug, at=at), at=at)
    return object_response(serializers.serialize_question(page, serializers.build_live_stage(page)), query)


@router.get(
    "/questions/{slug}/editions",
    url_name="question_history",
    operation_id="listQuestionEditions",
    response=schemas.History,
    tags=["questions"],
)
def question_editions(request: HttpRequest, slug: Slug, query: Query[parameters.HistoryParameters]) -> HttpResponse:
    """Return all editions of a question that have been public and the notices between them, newest first."""
    return _list_history(request, "question", slug, query)


@router.get(
    "/questions/{slug}/editions/{ordinal:number}",
    url_name="question_edition",
    operation_id="getQuestionEdition",
    response=schemas.Question,
    tags=["questions"],
)
def question_edition(
    request: HttpRequest, slug: Slug, number: Number, query: Query[parameters.QuestionParameters]
) -> HttpResponse:
    """Return a question as it was in one of its editions, with the names of that time."""
    return _get_edition(request, "question", slug, number, query)


@router.get(
    "/forecasts",
    url_name="forecasts",
    operation_id="listForecasts",
    response=schemas.ForecastPage,
    tags=["forecasts"],
)
def forecasts(request: HttpRequest, query: Query[parameters.ForecastListParameters]) -> HttpResponse:
    """Return the forecasts in live stories, in the order of the days by which they can be checked."""
    page = list_forecasts(query, at=request_time(request))
    items = [serializers.serialize_forecast_listed(entry) for entry in page.items]
    return list_response(request, items, query, next_cursor=page.next_cursor)


@router.get("/topics", url_name="topics", operation_id="listTopics", response=schemas.TopicPage, tags=["topics"])
def topics(request: HttpRequest, query: Query[parameters.TopicListParameters]) -> HttpResponse:
    """Return the topics that a live page names, ordered by name."""
    at = request_time(request)
    page = list_entities(Topic.objects.all(), query, kind=query.kind, at=at)
    latest = latest_updates_by_topic([row.entity.pk for row in page.items], at=at)
    items = [serializers.serialize_topic_listed(row, latest.get(row.entity.pk)) for row in page.items]
    return list_response(request, items, query, next_cursor=page.next_cursor)


@router.get("/topics/{slug}", url_name="topic", operation_id="getTopic", response=schemas.Topic, tags=["topics"])
def topic(request: HttpRequest, slug: Slug, query: Query[parameters.TopicParameters]) -> HttpResponse:
    """Return a topic with its description."""
    at = request_time(request)
    row = get_entity(TOPIC_FAMILIES, slug, at=at)
    return object_response(
        serializers.serialize_topic(row, latest_updates_by_topic([row.entity.pk], at=at).get(row.entity.pk)),
        query,
    )


@router.get("/outlets", url_name="outlets", operation_id="listOutlets", response=schemas.OutletPage, tags=["outlets"])
def outlets(request: HttpRequest, query: Query[parameters.OutletListParameters]) -> HttpResponse:
    """Return the outlets that a live page names, ordered by name."""
    at = request_time(request)
    page = list_entities(Outlet.objects.all(), query, kind=query.kind, at=at)
    return list_response(
        request, [serializers.serialize_outlet_listed(row) for row in page.items], query, next_cursor=page.next_cursor
    )


@router.get("/outlets/{slug}", url_name="source", operation_id="getOutlet", response=schemas.Outlet, tags=["outlets"])
def outlet(request: HttpRequest, slug: Slug, query: Query[parameters.OutletParameters]) -> HttpResponse:
    """Return an outlet with its description."""
    at = request_time(request)
    return object_response(serializers.serialize_outlet(get_entity(OUTLETS, slug, at=at)), query)


@router.get("/search", url_name="search", operation_id="search", response=schemas.ResultPage, tags=["search"])
def search(request: HttpRequest, query: Query[parameters.SearchParameters]) -> HttpResponse:
    """Return the stories, questions, topics and outlets that match a query, most relevant first."""
    page = run_search(query, at=request_time(request))
    return list_response(
        request,
        [serializers.serialize_result(result) for result in page.items],
        query,
        next_cursor=page.next_cursor,
        total=page.total,
        total_is_capped=page.total_is_capped,
        did_you_mean=page.did_you_mean,
    )


def _list_history(request: HttpRequest, kind: str, slug: str, query: parameters.HistoryParameters) -> HttpResponse:
    at = request_time(request)
    page = HistoryPage.load(kind, resolve_slug(kind, slug, at=at), at=at)
    return list_response(request, [serializers.serialize_stage(stage) for stage in page.stages], query)


def _get_edition(request: HttpRequest, kind: str, slug: str, number: int, query: parameters.Parameters) -> HttpResponse:
    at = request_time(request)
    past = EditionPage.load(kind, resolve_slug(kind, slug, at=at), number, at=at)
    return object_response(serializers.serialize_edition(past.page, past.shown), query)
