"""Merging two outlets."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.entities import merge
from stories.drafts import revisions
from stories.drafts.article_urls import find_outlet
from stories.models import ClaimCell, Outlet
from stories.workflow import proposed_names
from tests.factories import edition_of, make_article, make_outlet, make_published_story, make_story

pytestmark = pytest.mark.django_db


def test_names_and_address_of_a_merged_outlet_lead_to_the_remaining_one(curator, editor, client):
    merged = make_outlet(name="Lisle Courier", aliases=("The Courier",))
    remaining = make_outlet(name="The Daily Lisle Courier")
    make_published_story(outlets=(merged, make_outlet()), by=editor)
    proposed_names.merge_outlets(merged, remaining, by=curator)
    assert {Outlet.objects.with_name(name).get() for name in ("lisle courier", "The Courier")} == {remaining}
    response = client.get(f"/sources/{merged.slug}/")
    assert (response.status_code, response.url) == (301, f"/sources/{remaining.slug}/")
    assert client.get(f"/sources/{remaining.slug}/").status_code == 200
    suggestions = client.get("/search/suggestions/", {"q": "lisle cour"}).json()["suggestions"]
    assert [each["url"] for each in suggestions] == [f"/sources/{remaining.slug}/"]
    assert [event.verb for event in Event.objects.about(merged.uid)] == ["merged"]
    assert "took in" in [event.verb for event in Event.objects.about(remaining.uid)]


def test_published_pages_keep_the_old_name_but_link_to_the_remaining_outlet(curator, editor, client):
    merged, remaining = make_outlet(name="Lisle Courier"), make_outlet(name="Daily Lisle")
    story = make_published_story(outlets=(merged, make_outlet()), by=editor)
    article = make_article(outlet=merged)
    before = edition_of(story).document.digest
    proposed_names.merge_outlets(merged, remaining, by=curator)
    article.refresh_from_db()
    assert article.outlet == merged
    assert edition_of(story).document.digest == before
    assert "Lisle Courier" in [
        outlet.name for passage in edition_of(story).document.value().passages for outlet in passage.outlets
    ]
    assert f'href="/sources/{remaining.slug}/"' in client.get(f"/stories/{story.slug}/").content.decode()


def test_missing_details_are_copied_only_from_an_outlet_that_readers_have_seen(curator, editor):
    seen, unseen = make_outlet(country="Kenya", owner="A"), make_outlet(country="Peru")
    make_published_story(outlets=(seen, make_outlet()), by=editor)
    for merged, country in ((seen, "Kenya"), (unseen, "")):
        remaining = make_outlet(country="", owner="B")
        proposed_names.merge_outlets(merged, remaining, by=curator)
        remaining.refresh_from_db()
        assert (remaining.country, remaining.owner) == (country, "B")


def test_the_hosts_of_a_merged_outlet_are_moved_to_the_remaining_one(curator):
    merged = make_outlet(name="Lisle Courier", home_page="https://www.courier.example/", further_hosts="courier.test")
    remaining = make_outlet(home_page="https://daily.example/", further_hosts="daily.test")
    proposed_names.merge_outlets(merged, remaining, by=curator)
    for host in ("courier.example", "courier.test", "daily.example", "daily.test"):
        assert find_outlet(f"https://{host}/a") == remaining, host
    event = Event.objects.about(remaining.uid).first()
    assert (event.reason, event.after) == (
        "Merged from “Lisle Courier”",
        {"further_hosts": "courier.example\ncourier.test\ndaily.test"},
    )


def test_editors_may_not_merge_outlets(editor):
    with pytest.raises(NotAllowedError):
        proposed_names.merge_outlets(make_outlet(), make_outlet(), by=editor)


def test_merging_is_refused_if_an_outlet_has_changed_since_it_was_shown(curator):
    merged, remaining = make_outlet(), make_outlet()
    shown_digest = merge.state_digest(merged, remaining)
    remaining.owner = "Somebody"
    remaining.save()
    with pytest.raises(ValidationError) as refusal:
        proposed_names.merge_outlets(merged, remaining, by=curator, seen=shown_digest)
    assert refusal.value.code == "changed"
    proposed_names.merge_outlets(merged, remaining, by=curator, seen=merge.state_digest(merged, remaining))


def test_a_merge_asks_which_cell_stays_if_a_story_compares_both_outlets(curator, curator_client):
    merged, remaining = make_outlet(name="Lisle Courier"), make_outlet(name="Daily Lisle")
    story = make_story(outlets=(make_outlet(),))
    claim = story.claims.create(claim="Homes emptied")
    cell, other = (claim.cells.create(outlet=outlet, value="some 4,200") for outlet in (merged, remaining))
    with pytest.raises(ValidationError, match="compares “Lisle Courier” with “Daily Lisle”"):
        proposed_names.merge_outlets(merged, remaining, by=curator)
    address = reverse("admin:stories_outlet_merge", args=[merged.pk])
    preview = curator_client.get(address, {"into": remaining.name})
    (choice,) = preview.context["merge_choices"]
    assert [value for value, _ in choice.options] == [str(cell.uid), str(other.uid)]
    form = {"into": remaining.name, "seen": preview.context["merge_plan"].digest}
    assert curator_client.post(address, form).status_code == 200
    assert curator_client.post(address, form | {choice.name: str(cell.uid)}).status_code == 302
    assert ClaimCell.objects.get() == cell
    document = revisions.get_newest_revision(story).document.value()
    assert [each.uid for each in document.claims[0].cells] == [cell.uid]


def test_a_confirmed_name_becomes_the_outlet_of_cells_and_forecasts(curator):
    story = make_story()
    first, second = story.claims.create(claim="Homes emptied"), story.claims.create(claim="Gates")
    cell, twice = (claim.cells.create(proposed_outlet="Radio Tessen") for claim in (first, second))
    forecast = story.forecasts.create(expected="It opens.", proposed_outlet="RADIO TESSEN")
    assert [each.name for each in proposed_names.list_proposed_names()] == ["Radio Tessen"]
    existing = make_outlet(name="Tessen")
    second.cells.create(outlet=existing)
    proposed_names.merge_name_into_outlet("Radio Tessen", existing, by=curator)
    for row in (cell, twice, forecast):
        row.refresh_from_db()
    assert (cell.outlet, forecast.outlet, forecast.proposed_outlet) == (existing, existing, "")
    # The outlet already has a cell in this claim, so an editor has to choose between the two.
    assert (twice.outlet, twice.proposed_outlet) == (None, "Radio Tessen")


def test_a_rejected_name_is_removed_from_forecasts_and_remains_in_cells(curator):
    story = make_story()
    cell = story.claims.create(claim="Homes emptied").cells.create(proposed_outlet="Radio Tessen")
    forecast = story.forecasts.create(expected="It opens.", proposed_outlet="Radio Tessen")
    proposed_names.reject_outlet("Radio Tessen", by=curator)
    cell.refresh_from_db()
    forecast.refresh_from_db()
    assert (cell.proposed_outlet, forecast.proposed_outlet) == ("Radio Tessen", "")
