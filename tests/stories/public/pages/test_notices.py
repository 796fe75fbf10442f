"""Withdrawn pages: the notice, the card of the page to read instead, redirects to it, and hidden headlines."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from stories import publishing
from stories.models import Change, ChangeNote
from stories.publishing.errors import InvalidStateError
from tests.factories import make_published_question, make_published_story, make_user
from tests.stories.public.pages.history.test_editions import publish_background

pytestmark = pytest.mark.django_db
HEADLINE = "Why the pier is closed to lorries"
NOTICE = "A source took its account back."


@pytest.fixture
def editor():
    return make_user()


@pytest.fixture
def story(editor, set_time):
    set_time.go(days=0)
    return make_published_story(by=editor, slug="pier", headline=HEADLINE)


@pytest.fixture
def other(editor, story, set_time):
    set_time.go(hours=1)
    return make_published_story(by=editor, slug="crane", headline="Why the crane was moved")


def withdraw(work, editor, set_time, **options):
    set_time.go(days=1)
    publishing.withdraw(work, by=editor, notice=NOTICE, **options)


def read(client, address="/stories/pier/"):
    return client.get(address).content.decode()


def list_parts(page):
    """Return the parts of a notice page that occur, in the order of the page."""
    parts = ("<h1>", NOTICE, "Published", 'id="instead"', 'class="card"', 'id="corrections"', 'role="search"')
    return sorted((part for part in parts if part in page), key=lambda part: page.index(part, page.index("<main")))


def test_a_notice_has_its_headline_dates_replacement_corrections_and_search_in_order(
    client, story, other, editor, set_time
):
    set_time.go(hours=2)
    change = ChangeNote(Change.CORRECTION, "We misread a table.", "Ten lorries.", "Nine lorries.")
    publish_background(story, "The limit was nine tonnes, it says.", by=editor, change=change)
    withdraw(story, editor, set_time, instead=other.uid)
    page = read(client)
    assert f"<title>Withdrawn: {HEADLINE} – " in page
    assert f"<h1>Withdrawn: {HEADLINE}</h1>" in page
    assert len(list_parts(page)) == 7
    assert list_parts(page) == [
        "<h1>", NOTICE, "Published", 'id="instead"', 'class="card"', 'id="corrections"', 'role="search"',
    ]  # fmt: skip
    assert "<del>" in page


def test_a_notice_without_a_replacement_or_corrections_leaves_them_out(client, story, editor, set_time):
    withdraw(story, editor, set_time)
    assert list_parts(read(client)) == ["<h1>", NOTICE, "Published", 'role="search"']


def test_a_replacement_may_be_a_question_and_disappears_when_it_is_withdrawn_too(client, story, editor, set_time):
    question = make_published_question(by=editor, question="May lorries use the pier?")
    withdraw(story, editor, set_time, instead=question.uid)
    assert "May lorries use the pier?" in read(client)
    withdraw(question, editor, set_time)
    assert 'id="instead"' not in read(client)


def test_a_hidden_headline_is_in_no_copy_of_the_notice(client, story, editor, set_time):
    withdraw(story, editor, set_time, hides_title=True)
    for address in ("", "history/", "embed/", "changes.json"):
        response = client.get(f"/stories/pier/{address}")
        assert HEADLINE not in response.content.decode()
    assert HEADLINE not in read(client, "/stories/pier.txt")
    assert "<h1>Withdrawn page</h1>" in read(client)


def test_a_notice_with_a_hidden_headline_lists_no_corrections_because_they_may_quote_it(
    client, story, editor, set_time
):
    set_time.go(hours=2)
    change = ChangeNote(Change.CORRECTION, was_wrong=f"{HEADLINE}, we wrote.", is_right="The pier is open.")
    publish_background(story, "The limit was nine tonnes, it says.", by=editor, change=change)
    withdraw(story, editor, set_time, hides_title=True)
    page = read(client)
    assert 'id="corrections"' not in page
    assert HEADLINE not in page


@pytest.mark.parametrize("ending", ["/", "/embed/", ".txt", ".md", ".json"])
def test_a_redirect_leads_the_page_and_its_copies_to_those_of_the_other_page(
    client, story, other, editor, set_time, ending
):
    withdraw(story, editor, set_time, instead=other.uid, redirects=True)
    response = client.get(f"/stories/pier{ending}")
    assert (response.status_code, response["Location"]) == (301, f"/stories/crane{ending}")
    assert client.get(response["Location"]).status_code == 200


def test_the_history_of_a_redirected_page_keeps_the_notice(client, story, other, editor, set_time):
    withdraw(story, editor, set_time, instead=other.uid, redirects=True)
    assertContains(client.get("/stories/pier/history/"), NOTICE)
    assert client.get("/stories/pier/history/1/").status_code == 410
    assert client.get("/stories/pier/changes.json").json()["expired"]


def test_a_redirect_never_leads_to_a_redirect_or_a_notice(client, story, other, editor, set_time):
    third = make_published_story(by=editor, slug="quay")
    withdraw(story, editor, set_time, instead=other.uid, redirects=True)
    withdraw(other, editor, set_time, instead=third.uid, redirects=True)
    assert client.get("/stories/crane/")["Location"] == "/stories/quay/"
    assertContains(client.get("/stories/pier/"), NOTICE, status_code=410)
    set_time.go(hours=1)
    publishing.republish(other, by=editor, note="It was right.")
    assert client.get("/stories/pier/")["Location"] == "/stories/crane/"


def test_a_redirect_to_a_question_leaves_the_embed_a_notice(client, story, editor, set_time):
    question = make_published_question(by=editor)
    withdraw(story, editor, set_time, instead=question.uid, redirects=True)
    assert client.get("/stories/pier/")["Location"] == f"/questions/{question.slug}/"
    assert client.get("/stories/pier/embed/").status_code == 410


def test_a_redirect_needs_another_page(story, editor, set_time):
    with pytest.raises(InvalidStateError, match="redirected"):
        withdraw(story, editor, set_time, redirects=True)
    with pytest.raises(InvalidStateError, match="live"):
        withdraw(story, editor, set_time, redirects=True, instead=story.uid)


@pytest.mark.parametrize("redirects", [False, True])
def test_sitemap_feeds_search_and_api_agree_with_the_page_at_once(client, story, other, editor, set_time, redirects):
    set_time.go(minutes=1)
    publishing.withdraw(story, by=editor, notice=NOTICE, instead=other.uid, redirects=redirects)
    set_time.go(seconds=59)
    assert client.get("/stories/pier/").status_code == (301 if redirects else 410)
    assert client.get(reverse("api:story", args=["pier"])).status_code == (301 if redirects else 410)
    for address in ("/feeds/stories.atom", "/feeds/stories.json", "/stories/", "/", "/search/?q=lorries"):
        assert "/stories/pier/" not in read(client, address), address
    sitemap = "".join(read(client, address) for address in ("/sitemap.xml", "/sitemaps/stories-1.xml"))
    assert "/stories/pier/" not in sitemap
