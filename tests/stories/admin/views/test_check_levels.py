"""The *Checks* screen, on which administrators set the levels of checks."""

import pytest
from django.urls import reverse

from stories import checks
from stories.checks import Level
from stories.models import CheckLevel
from tests.outcomes import list_levels
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db
ADDRESS = "admin:check_levels"


def test_every_check_is_listed_with_its_level(administrator_client):
    response = administrator_client.get(reverse(ADDRESS))
    page = response.content.decode()
    assert [each.code for each in checks.list_checks() if f'id="check-{each.code}"' not in page] == []
    plain_labels = {level: level.value.capitalize() for level in Level}
    for _, rows in response.context["checks_by_kind"]:
        for row in rows:
            assert (row.field is None) is not row.check.is_overridable
            if row.field is None:
                _, _, row_html = page.partition(f'<li id="check-{row.check.code}">')
                assert f'<p class="note">{plain_labels[row.check.level]};' in row_html.partition("</li>")[0]
                assert f'name="{row.check.code}"' not in page
            else:
                labels = dict(row.field.field.choices)
                # Only the label of the check's default level differs from the plain label.
                assert [level for level, label in labels.items() if label != plain_labels[level]] == [row.check.level]
                assert f'name="{row.check.code}"' in page


def test_a_chosen_level_is_stored(administrator_client):
    form = filled(administrator_client.get(reverse(ADDRESS))) | {"topics.some": "warning"}
    first = administrator_client.post(reverse(ADDRESS), form, follow=True)
    assert CheckLevel.objects.get().level == "warning"
    again = administrator_client.post(reverse(ADDRESS), form, follow=True)
    assert list_levels(first) == list_levels(again) == ["success"]
    messages = [str(message) for each in (first, again) for message in each.context["messages"]]
    assert messages == ["One level changed.", "No levels changed."]
    assert CheckLevel.objects.get().level == "warning"


def test_an_invalid_level_changes_nothing(administrator_client):
    form = filled(administrator_client.get(reverse(ADDRESS))) | {"topics.some": "never", "links.words": "hint"}
    assert list_levels(administrator_client.post(reverse(ADDRESS), form)) == ["error"]
    assert not CheckLevel.objects.exists()


def test_editors_can_neither_see_nor_set_levels(editor_client):
    assert editor_client.get(reverse(ADDRESS)).status_code == 403
    assert editor_client.post(reverse(ADDRESS), {"topics.some": "hint"}).status_code == 403
    assert not CheckLevel.objects.exists()
