"""What filters of lists are called: plain words, and no names of fields."""

import pytest
from django.contrib import admin
from django.urls import reverse

pytestmark = [pytest.mark.database, pytest.mark.django_db]

TITLES = {
    "accounts.user": ["Role", "Active"],
    "jobs.failure": ["Next try"],
    "media.image": ["Tag", "Use", "Added"],
    "record.event": ["Kind", "What was done", "Person", "Days"],
    "site.aboutpage": ["Shown"],
    "site.report": ["State"],
    "stories.article": ["Behind a paywall", "Outlet"],
    "stories.faq": ["Standing", "Review", "Language", "Owner"],
    "stories.houseword": ["Language"],
    "stories.outlet": ["Kind", "Use", "Retired"],
    "stories.override": ["Review", "Overridden by"],
    "stories.story": ["Standing", "Review", "Language", "Owner"],
    "topics.topic": ["Kind", "Use", "Merged"],
}
SCREENS = {str(model._meta.label_lower): screen for model, screen in admin.site._registry.items()}


def test_every_list_with_filters_is_tested():
    assert sorted(label for label, screen in SCREENS.items() if screen.list_filter and label not in TITLES) == []


@pytest.mark.parametrize("label", sorted(TITLES))
def test_the_filters_of_a_list_have_plain_titles(administrator_client, label):
    address = reverse(f"admin:{label.replace('.', '_')}_changelist")
    page = administrator_client.get(address)
    filters = page.context["cl"].filter_specs
    titles = [str(each.title)[:1].upper() + str(each.title)[1:] for each in filters]
    assert set(titles) <= set(TITLES[label])
    for title in titles:
        assert f"<summary>{title}</summary>" in page.rendered_content
