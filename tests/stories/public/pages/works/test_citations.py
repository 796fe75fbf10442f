"""Citations of a page: authors, date, edition, and the permanent URL of the edition."""

import re
from html import unescape

import pytest

from stories import publishing
from stories.drafts import revisions
from tests.factories import make_published_question, make_published_story, make_update, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site(settings, set_time):
    settings.SITE_URL, settings.SITE_NAME = "https://news.example", "Lisle News"


def list_citations(client, address):
    page = client.get(address).content.decode()
    return [unescape(text) for text in re.findall(r'<p class="citation"><bdi>(.*?)</bdi>', page)]


def test_a_citation_has_the_edition_its_date_and_its_permanent_address(client, set_time):
    editor = make_user()
    story = make_published_story(by=editor, byline=("Ana Kestrel", "Jonas Adebar"), headline="Why | the pier is shut")
    set_time.go(days=2)
    story.sections.filter(kind="background").update(text="The limit was ten tonnes.")
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor, change=make_update())
    set_time.go(minutes=1)
    url = f"https://news.example/stories/{story.slug}/history/2/"
    assert list_citations(client, f"/stories/{story.slug}/") == [
        f"Ana Kestrel & Jonas Adebar (2031, March 5). Why | the pier is shut (edition 2). Lisle News. {url}",
        f"Ana Kestrel and Jonas Adebar. “Why | the pier is shut.” Lisle News, edition 2. Last modified March 5, 2031. {url}.",
        "{{cite web |author1=Ana Kestrel |author2=Jonas Adebar |title=Why {{!}} the pier is shut"
        f" |url={url} |website=Lisle News |date=2031-03-05 |edition=2 |language=en}}}}",
    ]  # fmt: skip


def test_an_arabic_page_is_cited_with_arabic_commas(client):
    story = make_published_story(
        language="ar", slug="ميناء", headline="لماذا أغلق ميناء تلمار أمس", byline=("سمير", "هدى", "ليلى")
    )
    apa, chicago, _ = list_citations(client, f"/stories/{story.slug}/")
    assert apa.startswith("سمير، هدى & ليلى (2031، 3 مارس).")
    assert "Lisle News، الطبعة 1." in chicago


def test_without_a_byline_the_site_is_the_author_and_is_named_once(client):
    question = make_published_question(question="May lorries use it?")
    apa, chicago, _ = list_citations(client, f"/questions/{question.slug}/")
    url = f"https://news.example/questions/{question.slug}/history/1/"
    assert apa == f"Lisle News (2031, March 3). May lorries use it? (edition 1). {url}"
    assert chicago.startswith("Lisle News. “May lorries use it?” Lisle News, edition 1.")


def test_an_old_edition_has_no_citations(client):
    story = make_published_story()
    assert list_citations(client, f"/stories/{story.slug}/history/1/") == []
