"""The load under which upgrades are tried records each failure, each stale page and the longest request."""

import pytest

from tests import load
from tests.load import Load
from tests.visitors import Account, Page, Visitor
from tests.wait import wait_until

FORM = "/admin/stories/story/{}/change/"
STORIES = 4


class Site:
    """A site of four stories.

    ``stale`` pages never show later headlines, ``failing`` pages answer 502, and ``slow`` pages take 0.2 seconds.
    """

    def __init__(self):
        self.drafts = [f"Headline {number}" for number in range(STORIES)]
        self.live = list(self.drafts)
        self.first = list(self.drafts)
        self.stale = set()
        self.failing = set()
        self.slow = set()
        self.has_lost_texts = False

    def get(self, path):
        if path in self.failing:
            return 502, "Bad gateway"
        if path == "/sitemap.xml":
            return 200, "<loc>https://news.example/sitemap-stories.xml</loc>"
        if path == "/sitemap-stories.xml":
            return 200, "".join(f"<loc>https://news.example/stories/{number}/</loc>" for number in range(STORIES))
        if path == "/admin/stories/story/":
            return 200, "".join(f'<a href="{FORM.format(number)}">' for number in range(STORIES))
        headlines = self.first if path in self.stale else self.live
        if path.startswith("/admin/"):
            number = int(path.split("/")[4])
            return 200, f'<input name="slug" value="{number}"><input name="headline" value="{self.drafts[number]}">'
        if path.startswith("/stories/") and path != "/stories/":
            return 200, headlines[int(path.split("/")[2])]
        return 200, " ".join(headlines)

    def post(self, path, values):
        if path.endswith("/publish/"):
            number = int(path.split("/")[4])
            self.live[number] = self.drafts[number]
            return FORM.format(number)
        if path.startswith("/admin/") and not self.has_lost_texts:
            self.drafts[int(path.split("/")[4])] = values["headline"]
            return path.replace("/change/", "/publish/")
        return path


class FakeVisitor(Visitor):
    """A visitor of a site in this process."""

    def __init__(self, site):
        self.site = site

    def get(self, path):
        status, body = self.site.get(path)
        return Page(status, path, body, 0.2 if path in self.site.slow else 0.0)

    def post(self, path, values):
        return Page(200, self.site.post(path, values), "")


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setattr(load, "READING_PAUSE", 0.001)
    monkeypatch.setattr(load, "EDITING_PAUSE", 0.001)
    return Site()


def visit(
    site, *, until=lambda outcome: outcome.counts["publications"] >= 2 * STORIES and outcome.counts["pages"] > 50
):
    """Return what visitors got until ``until`` was true of it, or until something failed."""
    work = Load(lambda: FakeVisitor(site), Account("jonas", "a-password"))
    with work.run():
        wait_until(lambda: until(work.outcome) or bool(work.outcome.failures))
    return work.take()


def test_a_site_that_shows_each_publication_at_once_has_no_failure(site):
    outcome = visit(site)
    assert outcome.failures == []
    assert set(site.live) != set(site.first)


@pytest.mark.parametrize("page", ["/", "/stories/2/"])
def test_a_page_that_shows_an_older_headline_is_a_failure(site, page):
    visit(site)
    site.first = list(site.live)
    site.stale = {page}
    outcome = visit(site, until=lambda outcome: False)
    assert outcome.failures[0].startswith(f"{page} shows edition")


def test_a_page_of_a_story_without_its_newest_headline_is_a_failure(site):
    site.stale = {"/stories/2/"}
    assert visit(site, until=lambda outcome: False).failures[0].startswith("/stories/2/ shows none of story 2")


def test_a_server_error_is_a_failure(site):
    work = Load(lambda: FakeVisitor(site), Account("jonas", "a-password"))
    site.failing = {"/topics/"}
    with work.run():
        wait_until(lambda: bool(work.outcome.failures))
    assert work.take().failures[0] == "/topics/ answers 502. Bad gateway"
    assert work.take().failures == []


def test_a_text_that_is_not_published_is_a_failure(site):
    site.has_lost_texts = True
    outcome = visit(site, until=lambda outcome: False)
    assert outcome.counts["publications"] == 0
    assert "did not publish" in outcome.failures[0]


def test_the_longest_request_is_named(site):
    site.slow = {"/topics/"}
    longest = visit(site, until=lambda outcome: outcome.longest.seconds > 0).longest
    assert longest.path == "/topics/"
