"""The operations of the read API, each under the URL name of the page that shows the same."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from newsroom.http.clock import request_time
from newsroom.outlets.models import Outlet
from stories.public.api import parameters, schemas, serializers
from stories.public.api.addresses import slug_of
from stories.public.api.queries import named, one, written
from stories.public.api.responses import answer, answer_list
from stories.public.api.search import results_of
from stories.public.pages.history.editions import EditionPage, HistoryPage
from stories.public.pages.lists.cards import live_questions, live_stories
from stories.public.pages.outlets.outlet import OUTLETS
from stories.public.pages.works.question import QuestionPage
from stories.public.pages.works.story import ExplainerPage
from stories.public.pages.works.topics import latest_about
from topics.models import Topic
from topics.pages import TOPICS

router = Router()

type Slug = Annotated[
    str, Path(description="A slug, or a uid, which no change of address touches."), Field(pattern=parameters.KEY)
]
type Number = Annotated[int, Path(description="Which edition, counted from 1.", ge=1, le=999_999_999)]


@router.get("/stories", url_name="stories", operation_id="listStories", response=schemas.StoryPage, tags=["stories"])
def stories(request: HttpRequest, asked: Query[parameters.StoriesAsked]) -> HttpResponse:
    """Return the stories that can be read now, newest first."""
    at = request_time(request)
    found = written("story", live_stories(at), asked, at=at)
    return answer_list(request, [serializers.story_listed(card) for card in found.items], asked, then=found.then)


@router.get("/stories/{slug}", url_name="story", operation_id="getStory", response=schemas.Story, tags=["stories"])
def story(request: HttpRequest, slug: Slug, asked: Query[parameters.StoryAsked]) -> HttpResponse:
    """Return one story as it can be read now, with its whole text."""
    at = request_time(request)
    page = ExplainerPage.load(slug_of("story", slug, at=at), at=at)
    return answer(serializers.story(page, serializers.now(page)), asked)


@router.get(
    "/stories/{slug}/editions",
    url_name="story_history",
    operation_id="listStoryEditions",
    response=schemas.History,
    tags=["stories"],
)
def story_editions(request: HttpRequest, slug: Slug, asked: Query[parameters.HistoryAsked]) -> HttpResponse:
    """Return every edition of a story that readers could open, newest first, and the notices between them."""
    return _history(request, "story", slug, asked)


@router.get(
    "/stories/{slug}/editions/{ordinal:number}",
    url_name="story_edition",
    operation_id="getStoryEdition",
    response=schemas.Story,
    tags=["stories"],
)
def story_edition(
    request: HttpRequest, slug: Slug, number: Number, asked: Query[parameters.StoryAsked]
) -> HttpResponse:
    """Return a story as one of its editions said it, by the names of its time."""
    return _edition(request, "story", slug, number, asked)


@router.get(
    "/questions",
    url_name="questions",
    operation_id="listQuestions",
    response=schemas.QuestionPage,
    tags=["questions"],
)
def questions(request: HttpRequest, asked: Query[parameters.QuestionsAsked]) -> HttpResponse:
    """Return the common questions that can be read now, newest first."""
    at = request_time(request)
    found = written("question", live_questions(at), asked, at=at)
    return answer_list(request, [serializers.question_listed(card) for card in found.items], asked, then=found.then)


@router.get(
    "/questions/{slug}",
    url_name="question",
    operation_id="getQuestion",
    response=schemas.Question,
    tags=["questions"],
)
def question(request: HttpRequest, slug: Slug, asked: Query[parameters.QuestionAsked]) -> HttpResponse:
    """Return one common question with its answers, as it can be read now."""
    at = request_time(request)
    page = QuestionPage.load(slug_of("question", slug, at=at), at=at)
    return answer(serializers.question(page, serializers.now(page)), asked)


@router.get(
    "/questions/{slug}/editions",
    url_name="question_history",
    operation_id="listQuestionEditions",
    response=schemas.History,
    tags=["questions"],
)
def question_editions(request: HttpRequest, slug: Slug, asked: Query[parameters.HistoryAsked]) -> HttpResponse:
    """Return every edition of a question that readers could open, newest first, and the notices between them."""
    return _history(request, "question", slug, asked)


@router.get(
    "/questions/{slug}/editions/{ordinal:number}",
    url_name="question_edition",
    operation_id="getQuestionEdition",
    response=schemas.Question,
    tags=["questions"],
)
def question_edition(
    request: HttpRequest, slug: Slug, number: Number, asked: Query[parameters.QuestionAsked]
) -> HttpResponse:
    """Return a question as one of its editions said it, by the names of its time."""
    return _edition(request, "question", slug, number, asked)


@router.get("/topics", url_name="topics", operation_id="listTopics", response=schemas.TopicPage, tags=["topics"])
def topics(request: HttpRequest, asked: Query[parameters.TopicsAsked]) -> HttpResponse:
    """Return the topics that something readers can open names, by name."""
    at = request_time(request)
    found = named(Topic.objects.all(), asked, kind=asked.kind, at=at)
    latest = latest_about([naming.thing.pk for naming in found.items], at=at)
    shown = [serializers.topic_listed(naming, latest.get(naming.thing.pk)) for naming in found.items]
    return answer_list(request, shown, asked, then=found.then)


@router.get("/topics/{slug}", url_name="topic", operation_id="getTopic", response=schemas.Topic, tags=["topics"])
def topic(request: HttpRequest, slug: Slug, asked: Query[parameters.TopicAsked]) -> HttpResponse:
    """Return one topic with what is said of it."""
    at = request_time(request)
    found = one(TOPICS, slug, at=at)
    return answer(serializers.topic(found, latest_about([found.thing.pk], at=at).get(found.thing.pk)), asked)


@router.get("/outlets", url_name="sources", operation_id="listOutlets", response=schemas.OutletPage, tags=["outlets"])
def outlets(request: HttpRequest, asked: Query[parameters.OutletsAsked]) -> HttpResponse:
    """Return the outlets that something readers can open names, by name."""
    at = request_time(request)
    found = named(Outlet.objects.all(), asked, kind=asked.kind, at=at)
    return answer_list(request, [serializers.outlet_listed(naming) for naming in found.items], asked, then=found.then)


@router.get("/outlets/{slug}", url_name="source", operation_id="getOutlet", response=schemas.Outlet, tags=["outlets"])
def outlet(request: HttpRequest, slug: Slug, asked: Query[parameters.OutletAsked]) -> HttpResponse:
    """Return one outlet with what is said of it."""
    at = request_time(request)
    return answer(serializers.outlet(one(OUTLETS, slug, at=at)), asked)


@router.get("/search", url_name="search", operation_id="search", response=schemas.ResultPage, tags=["search"])
def search(request: HttpRequest, asked: Query[parameters.SearchAsked]) -> HttpResponse:
    """Return the stories, questions, topics and outlets in which words stand, the best first."""
    results = results_of(asked, at=request_time(request))
    return answer_list(
        request,
        [serializers.result(found) for found in results.found],
        asked,
        then=results.then,
        total=results.total,
        total_is_capped=results.total_is_capped,
        did_you_mean=results.did_you_mean,
    )


def _history(request: HttpRequest, kind: str, slug: str, asked: parameters.HistoryAsked) -> HttpResponse:
    at = request_time(request)
    page = HistoryPage.load(kind, slug_of(kind, slug, at=at), at=at)
    return answer_list(request, [serializers.stage(stage) for stage in page.stages], asked)


def _edition(request: HttpRequest, kind: str, slug: str, number: int, asked: parameters.Asked) -> HttpResponse:
    at = request_time(request)
    past = EditionPage.load(kind, slug_of(kind, slug, at=at), number, at=at)
    return answer(serializers.printed(past.page, past.shown), asked)
