"""The *Checks* screen, on which administrators set the level of each check."""

import pytest
from django.urls import reverse

from stories import checks
from stories.models import CheckLevel
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db
ADDRESS = "admin:check_levels"


def test_every_check_is_listed_with_its_level(administrator_client):
    page = administrator_client.get(reverse(ADDRESS)).content.decode()
    assert [each.code for each in checks.list_checks() if f'id="check-{each.code}"' not in page] == []
    assert "Blocker; nobody can override it." in page
    assert "Blocker (as it comes)" in page


def test_a_chosen_level_is_stored(administrator_client):
    form = filled(administrator_client.get(reverse(ADDRESS))) | {"topics.some": "warning"}
    page = administrator_client.post(reverse(ADDRESS), form, follow=True).content.decode()
    assert "One check weighs something else now." in page
    assert CheckLevel.objects.get().level == "warning"
    page = administrator_client.post(reverse(ADDRESS), form, follow=True).content.decode()
    assert "No level has changed." in page


def test_an_invalid_level_changes_nothing(administrator_client):
    form = filled(administrator_client.get(reverse(ADDRESS))) | {"topics.some": "never", "links.words": "hint"}
    page = administrator_client.post(reverse(ADDRESS), form).content.decode()
    assert "Nothing was changed" in page
    assert not CheckLevel.objects.exists()


def test_editors_can_neither_see_nor_set_levels(editor_client):
    assert editor_client.get(reverse(ADDRESS)).status_code == 403
    assert editor_client.post(reverse(ADDRESS), {"topics.some": "hint"}).status_code == 403
    assert not CheckLevel.objects.exists()
