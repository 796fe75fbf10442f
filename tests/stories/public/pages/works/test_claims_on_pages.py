"""A story with points on its page, in its feed, in an old edition and in copies, and what they cost."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsroom.site.models import AboutPage, AboutRole
from stories import drafts
from stories.documents import Cell, CitedArticle, Claim, Explainer, Forecast, NamedOutlet, Section
from stories.publishing import publish
from tests.factories import make_outlet, make_published_question, make_story, make_update, make_user
from tests.page_weight import weigh

pytestmark = pytest.mark.django_db
PAGE = "/stories/pier/"
OUTLETS = ("Ansgar Wire", "The Lisle Courier", "Radio Tessen", "Morrow Daily", "Harbour & Coast", "The Corvane Times")


def make_claim(outlets, number, uid=None):
    """Make a point on which the last outlet differs from the others, each with a source."""
    cells = [
        Cell(
            uid=uuid4(),
            outlet=NamedOutlet(uid=outlet.uid, name=outlet.name),
            value=f"some {number + 4},{place // 5}00",
            source=place + 1,
            attributed_to="civil defence",
            quotation=f"That is what the office counted in ward {number}.",
        )
        for place, outlet in enumerate(outlets)
    ]
    words = f"Homes emptied in ward {number}"
    return Claim(uid=uid or uuid4(), claim=words, kind="fact", as_of=date(2026, 11, 11), cells=tuple(cells))


def publish_with(claims, outlets, *, text="", by, sources=12, forecasts=()):
    """Publish a story, and then an edition with these claims and a text that marks one of them."""
    story = make_story(slug="pier", outlets=tuple(outlets))
    publish(story, by=by)
    document = drafts.build_document(story)
    assert isinstance(document, Explainer)
    named = [NamedOutlet(uid=outlet.uid, name=outlet.name) for outlet in outlets]
    citations = tuple(
        CitedArticle(
            number=number,
            article=uuid4(),
            outlet=named[number % len(named)],
            url=f"https://wire.example/{number}/how-the-night-went/",
            title=f"How night {number} went on the quay",
            published_on=date(2026, 11, number),
            author="Signe Holt",
        )
        for number in range(1, sources + 1)
    )
    sections = tuple(
        each.model_copy(update={"text": f"{each.text} {text}"}) if each.kind == "behind" else each
        for each in document.sections
    )
    changed = document.changed(claims=claims, citations=citations, sections=sections, forecasts=forecasts)
    drafts.restore(story, changed, by=by)
    publish(story, by=by, change=make_update())
    return story


def make_parts(outlets):
    """Return eight points, a text that marks each of them, and five forecasts."""
    uids = [uuid4() for _ in range(8)]
    claims = tuple(make_claim(outlets, number, uid) for number, uid in enumerate(uids))
    marks = " ".join(f"[Ward {number}](claim:{uid}) was emptied." for number, uid in enumerate(uids))
    forecasts = tuple(
        Forecast(uid=uuid4(), speaker="The mayor", expected=f"Quay {number} opens.", due_on=date(2040, 1, number))
        for number in range(1, 6)
    )
    return claims, marks, forecasts


@pytest.fixture
def outlets():
    return make_outlets()


def make_outlets():
    return [make_outlet(name=name) for name in OUTLETS]


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
