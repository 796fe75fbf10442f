"""Topics and outlets as values."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from newsroom.text.markdown import render
from newsroom.text.plain import words_of
from stories.api import documents
from stories.api.addresses import complete, twin, whole
from stories.api.lists import Naming
from stories.api.telling.parts import picture
from stories.models.outlet import Outlet
from topics.models import Topic


def topic_listed(naming: Naming[Topic], latest: datetime | None) -> documents.TopicListed:
    """Return a topic as it stands in a list; ``latest`` is when a story that names it was updated last."""
    return documents.TopicListed(**_topic_facts(naming, latest))


def topic(naming: Naming[Topic], latest: datetime | None) -> documents.Topic:
    """Return a topic with what is said of it; see ``topic_listed``."""
    topic = naming.thing
    return documents.Topic(
        **_topic_facts(naming, latest),
        description=words_of(topic.description),
        description_html=complete(_short(topic.description), page=whole(topic.get_absolute_url())),
        picture=picture(topic.picture, topic.picture_alt),
        wikipedia=topic.wikipedia,
        wikidata=topic.wikidata,
        stories_api_url=f"{whole(reverse('api:stories'))}?topic={topic.uid}",
        questions_api_url=f"{whole(reverse('api:questions'))}?topic={topic.uid}",
    )


def outlet_listed(naming: Naming[Outlet]) -> documents.OutletListed:
    """Return an outlet as it stands in a list."""
    return documents.OutletListed(**_outlet_facts(naming))


def outlet(naming: Naming[Outlet]) -> documents.Outlet:
    """Return an outlet with what is said of it."""
    outlet = naming.thing
    return documents.Outlet(
        **_outlet_facts(naming),
        language=outlet.language,
        home_page=outlet.home_page,
        owner=outlet.owner,
        description=words_of(outlet.description),
        description_html=complete(_short(outlet.description), page=whole(outlet.get_absolute_url())),
        stories_api_url=f"{whole(reverse('api:stories'))}?outlet={outlet.uid}",
    )


def _topic_facts(naming: Naming[Topic], latest: datetime | None) -> dict[str, Any]:
    return {**_facts(naming), "latest_at": latest}


def _outlet_facts(naming: Naming[Outlet]) -> dict[str, Any]:
    return {**_facts(naming), "country": naming.thing.country}


def _facts(naming: Naming[Topic] | Naming[Outlet]) -> dict[str, object]:
    thing, stories = naming.thing, naming.stories
    path = thing.get_absolute_url()
    return {
        "uid": thing.uid,
        "url": whole(path),
        "api_url": twin(path),
        "name": thing.name,
        "kind": thing.kind,
        "story_count": stories.number,
        "story_count_is_capped": not stories.is_all,
    }


def _short(text: str) -> str:
    return render(text, numbers={}, anchor="description", things=False)
