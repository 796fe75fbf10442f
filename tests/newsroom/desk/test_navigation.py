"""The main navigation of the desk: what it offers to each role, and which screen is the current one."""

import pytest
from django.urls import reverse

from newsroom.desk.navigation import GROUPS, MAIN

pytestmark = [pytest.mark.audit, pytest.mark.portable, pytest.mark.django_db]


def load_navigation(client, address="/admin/"):
    return client.get(address).context["navigation"]


def list_more(navigation):
    return {group.name: [link.name for link in group.links] for group in navigation.groups}


def test_administrators_see_every_screen(administrator_client):
    navigation = load_navigation(administrator_client)
    assert [link.name for link in navigation.links] == ["Home", *(name for name, _, _ in MAIN)]
    assert list_more(navigation) == {group: [name for name, _, _ in screens] for group, screens in GROUPS}


@pytest.mark.parametrize("client_name", ["writer_client", "editor_client", "curator_client", "administrator_client"])
def test_each_link_opens(request, client_name):
    client = request.getfixturevalue(client_name)
    navigation = load_navigation(client)
    links = [*navigation.links, *(link for group in navigation.groups for link in group.links)]
    for link in (*links, navigation.search, navigation.notifications):
        assert client.get(link.address).status_code == 200, link.name


def test_writers_see_neither_administration_nor_what_editors_decide(writer_client):
    more = list_more(load_navigation(writer_client))
    assert "Administration" not in more
    assert {"Proposed names", "Overrides"}.isdisjoint(more["Editing"])
    assert "Help" in more["Editing"]


def test_the_section_of_a_page_is_current(editor_client):
    navigation = load_navigation(editor_client, reverse("admin:stories_story_add"))
    current = [link for link in navigation.links if link.is_current]
    assert [(link.name, link.is_exact) for link in current] == [("Stories", False)]
    exact = load_navigation(editor_client, reverse("admin:stories_story_changelist"))
    assert [link.name for link in exact.links if link.is_exact] == ["Stories"]
