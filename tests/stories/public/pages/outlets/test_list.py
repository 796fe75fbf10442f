"""The list of outlets, of which each kind goes on by name."""

import re

import pytest

from newsroom.db.statements import PreparedQuery
from stories.public.pages.outlets import list
from tests.factories import make_outlet, make_published_story

pytestmark = pytest.mark.django_db
NAMES = ["The Anchor", "The Buoy", "Évening Post", "The Quay", "7 Days"]


def names_on(response):
    return re.findall(r'<h3><a href="/sources/[^"]+/">([^<]+)</a>', response.content.decode())


def test_a_long_kind_is_cut_by_name_and_goes_on_where_it_was_cut(client, monkeypatch):
    monkeypatch.setattr(list, "MAX_OF_EACH_KIND", 2)
    monkeypatch.setattr(list, "_OF_EACH_KIND", PreparedQuery(list._of_each_kind))
    monkeypatch.setattr(list, "MOST_OF_ONE", 2)
    agency = make_outlet(name="The Wire", kind="agency")
    make_published_story(outlets=(agency, *(make_outlet(name=name) for name in NAMES)))
    first = client.get("/sources/")
    assert names_on(first) == ["7 Days", "Évening Post", "The Wire"]
    seen, page = names_on(first)[:2], first
    while following := re.search(r'rel="next" href="([^"]+)"', page.content.decode()):
        page = client.get(f"/sources/{following[1].replace('&amp;', '&')}")
        seen += names_on(page)
    assert seen == ["7 Days", "Évening Post", "The Anchor", "The Buoy", "The Quay"]


def test_a_kind_that_there_is_not_is_not_found(client):
    make_published_story()
    assert client.get("/sources/", {"kind": "harbour"}).status_code == 404
