"""Titles of list filters: plain words instead of field names."""

import pytest
from django.contrib import admin
from django.urls import reverse

pytestmark = pytest.mark.django_db

TITLES = {
    "accounts.contributor": ["Has a public page", "Left the newsroom"],
    "accounts.user": ["Role", "Active"],
    "jobs.failure": ["Next try"],
    "media.image": ["Tag", "Use", "Added"],
    "record.accessentry": ["Person", "Event", "Days"],
    "record.event": ["Kind", "Action", "Person", "Days"],
    "site.aboutpage": ["Shown"],
    "site.report": ["Status"],
    "stories.article": ["Behind a paywall", "Outlet"],
    "stories.faq": ["Published", "Topic", "Outlet", "Status", "Review", "Language", "Owner", "Short answer"],
    "stories.houseword": ["Language"],
    "stories.outlet": ["Kind", "Use", "Retired"],
    "stories.override": ["Second check", "Overridden by"],
    "stories.story": ["Published", "Topic", "Outlet", "Status", "Review", "Language", "Owner"],
    "topics.topic": ["Kind", "Use", "Merged"],
}
ADMINS = {str(model._meta.label_lower): model_admin for model, model_admin in admin.site._registry.items()}


def test_every_list_with_filters_is_tested():
    filtered = {label for label, model_admin in ADMINS.items() if model_admin.list_filter}
    assert filtered - TITLES.keys() == set()


@pytest.mark.parametrize("label", sorted(TITLES))
def test_the_filters_of_a_list_have_plain_titles(administrator_client, label):
    address = reverse(f"admin:{label.replace('.', '_')}_changelist")
    page = administrator_client.get(address)
    filters = page.context["cl"].filter_specs
    titles = [str(spec.title)[:1].upper() + str(spec.title)[1:] for spec in filters]
    assert set(titles) <= set(TITLES[label])
    for title in titles:
        assert f"<summary>{title}</summary>" in page.rendered_content
