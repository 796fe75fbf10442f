"""A story with points on its page, in its feed, in an old edition and in copies, and what they cost."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsroom.site.models import AboutPage, AboutRole
from stories import drafts
from stories.documents import Section
from stories.publishing import publish
from tests.factories import make_published_question, make_update, make_user
from tests.page_weight import weigh
from tests.stories.compared_page import make_claim, make_outlets, make_parts, publish_with

pytestmark = pytest.mark.django_db
PAGE = "/stories/pier/"


@pytest.fixture
def outlets():
    return make_outlets()


def count_queries(client):
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)
    return len(queries)


def test_the_page_its_feed_and_its_old_edition_show_the_points(client, outlets):
    uid = uuid4()
    text = f"They emptied [some 5,000 homes](claim:{uid})."
    publish_with((make_claim(outlets, 1, uid),), outlets, text=text, by=make_user())
    AboutPage.objects.create(slug="comparing", title="How we compare", text="-", role=AboutRole.HOW_WE_COMPARE)
    page = client.get(PAGE).content.decode()
    assert page.index('class="coverage"') < page.index('<section class="sheet" id="agreement"')
    assert page.index('class="brief"') < page.index('class="coverage"')
    assert '<li><a href="#agreement">' in page
    assert 'href="#claim-1"' in page
    assert "/about/comparing/" in page
    assert page.count('class="claimed"') == page.count('id="claim-1-card"') == 1
    edition = client.get(f"{PAGE}history/2/").content.decode()
    assert 'id="agreement"' in edition
    assert "They emptied some 5,000 homes." in edition
    assert "claimed" not in edition
    feed = client.get("/feeds/stories.json").json()["items"][0]["content_html"]
    assert "They emptied some 5,000 homes." in feed
    assert "<h3>Homes emptied in ward 1</h3>" in feed
    assert 'class="brief"' in feed
    assert "They emptied some 5,000 homes." in client.get("/stories/pier.txt").content.decode()
    assert "<button" not in str(client.get("/api/v1/stories/pier").json()["sections"])


def test_eight_points_twelve_sources_and_five_forecasts_fit_into_a_page_without_further_queries(client, outlets):
    by = make_user()
    claims, marks, forecasts = make_parts(outlets)
    story = publish_with((), outlets, text=marks, by=by)
    client.get(PAGE)
    without_parts = count_queries(client)
    drafts.restore(story, drafts.build_document(story).changed(claims=claims, forecasts=forecasts), by=by)
    publish(story, by=by, change=make_update())
    weight = weigh(client, PAGE)
    assert weight.exceeded_limits == []
    page = client.get(PAGE).content.decode()
    assert page.count('class="claimed"') == 8
    assert page.count('data-state="open"') == 5
    assert count_queries(client) == without_parts


def test_live_states_of_questions_take_at_most_one_query(client, outlets):
    by = make_user()
    questions = [make_published_question(by=by, answer_state="open", missing="The log.") for _ in range(3)]
    story = publish_with((), outlets, by=by)
    client.get(PAGE)
    without_states = count_queries(client)
    items = "\n".join(f"- [open] [Is it true?](question:{faq.uid})" for faq in questions)
    unknowns = Section(uid=uuid4(), kind="unknowns", heading="What we don’t know yet", text=items)
    document = drafts.build_document(story)
    drafts.restore(story, document.changed(sections=(*document.sections, unknowns)), by=by)
    publish(story, by=by, change=make_update())
    assert client.get(PAGE).content.decode().count('data-state="open"') == 3
    assert count_queries(client) <= without_states + 1
