"""Topics and outlets as values."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from newsroom.text.markdown import render
from newsroom.text.plain import words_of
from stories.api import documents
from stories.api.addresses import complete, twin, whole
from stories.api.telling.parts import picture
from stories.models.outlet import Outlet
from topics.models import Topic

type Counts = Mapping[int, tuple[int, datetime]]


def topic_listed(topic: Topic, counts: Counts) -> documents.TopicListed:
    """Return a topic as it stands in a list; ``counts`` says how many stories name each, and when the latest was updated."""
    return documents.TopicListed(**_topic_facts(topic, counts))


def topic(topic: Topic, counts: Counts) -> documents.Topic:
    """Return a topic with what is said of it."""
    return documents.Topic(
        **_topic_facts(topic, counts),
        description=words_of(topic.description),
        description_html=complete(_short(topic.description), page=whole(topic.get_absolute_url())),
        picture=picture(topic.picture, topic.picture_alt),
        wikipedia=topic.wikipedia,
        wikidata=topic.wikidata,
        stories_api_url=f"{whole(reverse('api:stories'))}?topic={topic.uid}",
        questions_api_url=f"{whole(reverse('api:questions'))}?topic={topic.uid}",
    )


def outlet_listed(outlet: Outlet, stories: int) -> documents.OutletListed:
    """Return an outlet as it stands in a list, with how many stories cite it."""
    return documents.OutletListed(**_outlet_facts(outlet, stories))


def outlet(outlet: Outlet, stories: int) -> documents.Outlet:
    """Return an outlet with what is said of it."""
    return documents.Outlet(
        **_outlet_facts(outlet, stories),
        language=outlet.language,
        home_page=outlet.home_page,
        owner=outlet.owner,
        description=words_of(outlet.description),
        description_html=complete(_short(outlet.description), page=whole(outlet.get_absolute_url())),
        stories_api_url=f"{whole(reverse('api:stories'))}?outlet={outlet.uid}",
    )


def _topic_facts(topic: Topic, counts: Counts) -> dict[str, Any]:
    stories, latest = counts.get(topic.pk, (0, None))
    return {**_name(topic), "kind": topic.kind, "story_count": stories, "latest_at": latest}


def _outlet_facts(outlet: Outlet, stories: int) -> dict[str, Any]:
    return {**_name(outlet), "kind": outlet.kind, "country": outlet.country, "story_count": stories}


def _name(thing: Topic | Outlet) -> dict[str, object]:
    path = thing.get_absolute_url()
    return {"uid": thing.uid, "url": whole(path), "api_url": twin(path), "name": thing.name}


def _short(text: str) -> str:
    return render(text, numbers={}, anchor="description", things=False)
