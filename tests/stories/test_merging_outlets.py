"""Two outlets become one."""

import pytest
from django.core.exceptions import ValidationError

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.entities import merge
from stories.drafts.article_urls import find_outlet
from stories.models import Outlet
from stories.workflow import proposed_names
from tests.factories import edition_of, make_article, make_outlet, make_published_story

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_names_and_address_of_a_merged_outlet_lead_to_the_other(curator, editor, client):
    gone = make_outlet(name="Lisle Courier", aliases=("The Courier",))
    kept = make_outlet(name="The Daily Lisle Courier")
    make_published_story(outlets=(gone, make_outlet()), by=editor)
    proposed_names.merge_outlets(gone, kept, by=curator)
    assert {Outlet.objects.with_name(name).get() for name in ("lisle courier", "The Courier")} == {kept}
    answer = client.get(f"/sources/{gone.slug}/")
    assert (answer.status_code, answer.url) == (301, f"/sources/{kept.slug}/")
    assert client.get(f"/sources/{kept.slug}/").status_code == 200
    suggested = client.get("/search/suggestions/", {"q": "lisle cour"}).json()["suggestions"]
    assert [each["url"] for each in suggested] == [f"/sources/{kept.slug}/"]
    assert [event.verb for event in Event.objects.about(gone.uid)] == ["merged"]
    assert "took in" in [event.verb for event in Event.objects.about(kept.uid)]


def test_what_was_published_keeps_the_printed_name_and_its_link_leads_to_the_merged_one(curator, editor, client):
    gone, kept = make_outlet(name="Lisle Courier"), make_outlet(name="Daily Lisle")
    story = make_published_story(outlets=(gone, make_outlet()), by=editor)
    article = make_article(outlet=gone)
    before = edition_of(story).document.digest
    proposed_names.merge_outlets(gone, kept, by=curator)
    article.refresh_from_db()
    assert article.outlet == gone
    assert edition_of(story).document.digest == before
    assert "Lisle Courier" in [
        outlet.name for passage in edition_of(story).document.value().passages for outlet in passage.outlets
    ]
    assert f'href="/sources/{kept.slug}/"' in client.get(f"/stories/{story.slug}/").content.decode()


def test_what_the_other_lacks_it_takes_over_only_where_readers_have_seen_it(curator, editor):
    seen, unseen = make_outlet(country="Kenya", owner="A"), make_outlet(country="Peru")
    make_published_story(outlets=(seen, make_outlet()), by=editor)
    for gone, country in ((seen, "Kenya"), (unseen, "")):
        kept = make_outlet(country="", owner="B")
        proposed_names.merge_outlets(gone, kept, by=curator)
        kept.refresh_from_db()
        assert (kept.country, kept.owner) == (country, "B")


def test_the_hosts_of_a_merged_outlet_lead_to_the_other(curator):
    gone = make_outlet(name="Lisle Courier", home_page="https://www.courier.example/", further_hosts="courier.test")
    kept = make_outlet(home_page="https://daily.example/", further_hosts="daily.test")
    proposed_names.merge_outlets(gone, kept, by=curator)
    for host in ("courier.example", "courier.test", "daily.example", "daily.test"):
        assert find_outlet(f"https://{host}/a") == kept, host
    event = Event.objects.about(kept.uid).first()
    assert (event.reason, event.after) == (
        "Taken over from “Lisle Courier”",
        {"further_hosts": "courier.example\ncourier.test\ndaily.test"},
    )


def test_an_editor_joins_no_outlets(editor):
    with pytest.raises(NotAllowedError):
        proposed_names.merge_outlets(make_outlet(), make_outlet(), by=editor)


def test_nothing_is_joined_that_was_changed_since_somebody_looked(curator):
    gone, kept = make_outlet(), make_outlet()
    seen = merge.state_digest(gone, kept)
    kept.owner = "Somebody"
    kept.save()
    with pytest.raises(ValidationError, match="changed while you were looking"):
        proposed_names.merge_outlets(gone, kept, by=curator, seen=seen)
    proposed_names.merge_outlets(gone, kept, by=curator, seen=merge.state_digest(gone, kept))
