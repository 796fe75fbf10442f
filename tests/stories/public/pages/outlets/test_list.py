"""The list of outlets, in which each kind is paginated by name."""

import re

import pytest

from newsroom.db.statements import PreparedQuery
from stories.public.pages.outlets import list
from tests.factories import make_outlet, make_published_story

pytestmark = pytest.mark.django_db
NAMES = ["The Anchor", "The Buoy", "Évening Post", "The Quay", "7 Days"]


def list_names(response):
    return re.findall(r'<h3><a href="/sources/[^"]+/">([^<]+)</a>', response.content.decode())


def test_a_long_kind_is_paginated_by_name(client, monkeypatch):
    monkeypatch.setattr(list, "MAX_OF_EACH_KIND", 2)
    monkeypatch.setattr(list, "_OF_EACH_KIND", PreparedQuery(list._of_each_kind))
    monkeypatch.setattr(list, "MAX_OF_ONE_KIND", 2)
    agency = make_outlet(name="The Wire", kind="agency")
    make_published_story(outlets=(agency, *(make_outlet(name=name) for name in NAMES)))
    first = client.get("/sources/")
    assert list_names(first) == ["7 Days", "Évening Post", "The Wire"]
    names, page = list_names(first)[:2], first
    while following := re.search(r'rel="next" href="([^"]+)"', page.content.decode()):
        page = client.get(f"/sources/{following[1].replace('&amp;', '&')}")
        names += list_names(page)
    assert names == ["7 Days", "Évening Post", "The Anchor", "The Buoy", "The Quay"]


def test_an_unknown_kind_answers_404(client):
    make_published_story()
    assert client.get("/sources/", {"kind": "harbour"}).status_code == 404
