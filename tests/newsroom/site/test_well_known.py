"""What machines ask first: robots.txt, llms.txt and security.txt."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import resolve

from newsroom.env import Environment
from newsroom.site.models import AboutPage, AboutRole

pytestmark = pytest.mark.django_db
SECURITY = "/.well-known/security.txt"


def lines_of(client, address: str) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"] in {"text/plain; charset=utf-8", "text/markdown; charset=utf-8"}
    lines: list[str] = response.content.decode().splitlines()
    return lines


def fields_of(client) -> dict[str, str]:
    """Return the fields of security.txt, each of which stands once."""
    fields = [line.split(": ", 1) for line in lines_of(client, SECURITY)]
    assert len(dict(fields)) == len(fields)
    return dict(fields)


def test_robots_are_kept_from_the_desk_and_shown_the_sitemaps(client):
    lines = lines_of(client, "/robots.txt")
    assert {"User-agent: *", "Disallow: /admin/", "Disallow: /accounts/", "Disallow: /preview/"} <= set(lines)
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert "Sitemap: http://testserver/news-sitemap.xml" in lines


def test_robots_may_open_the_search_but_not_what_answers_as_somebody_types(client, settings):
    settings.SITE_LANGUAGES = ["en-gb", "de"]
    lines = set(lines_of(client, "/robots.txt"))
    assert {"Disallow: /search/suggestions/", "Disallow: /de/search/suggestions/"} <= lines
    assert not {"Disallow: /search/", "Disallow: /de/search/"} & lines


def test_what_readers_of_texts_are_told_has_the_shape_they_know(client):
    lines = lines_of(client, "/llms.txt")
    assert lines[0] == "# Newsroom"
    assert lines[2].startswith("> ")
    assert [line for line in lines if line.startswith("#")][1:] == ["## Lists", "## Feeds", "## Data", "## Optional"]
    first = next(number for number, line in enumerate(lines) if line.startswith("## "))
    for line in filter(None, lines[first:]):
        assert re.fullmatch(r"## .+|- \[[^\]]+\]\(http://testserver/[^)]*\)(: .+)?", line), line


def test_all_that_readers_of_texts_are_told_of_is_there(client):
    AboutPage.objects.create(slug="how", title="How [we] work", text="We read.")
    links = re.findall(r"\]\((http[^)]+)\)", client.get("/llms.txt").content.decode())
    assert "http://testserver/about/how/" in links
    for link in links:
        path = urlsplit(link).path
        assert resolve(path)
        assert client.get(path).status_code == 200, path
    assert r"- [How \[we\] work](http://testserver/about/how/)" in lines_of(client, "/llms.txt")


def test_whoever_finds_a_hole_is_told_whom_to_tell(client):
    fields = fields_of(client)
    assert list(fields) == ["Contact", "Expires", "Preferred-Languages", "Canonical"]
    assert fields["Contact"] == "mailto:security@lisle.example"
    assert fields["Preferred-Languages"] == "en"
    assert fields["Canonical"] == f"http://testserver{SECURITY}"


def test_its_end_is_less_than_a_year_off_and_moves_once_a_month(client, set_time):
    ends = []
    for _ in range(13):
        ends.append(datetime.fromisoformat(fields_of(client)["Expires"]))
        assert timedelta(days=180) < ends[-1] - set_time() < timedelta(days=220)
        set_time.go(to=set_time().replace(day=28))
        assert datetime.fromisoformat(fields_of(client)["Expires"]) == ends[-1]
        set_time.go(to=(set_time() + timedelta(days=4)).replace(day=1))
    assert sorted(set(ends)) == ends


def test_without_a_word_of_the_environment_the_page_with_contacts_is_named(client, settings):
    settings.SECURITY_CONTACT = ""
    assert client.get(SECURITY).status_code == 404
    page = AboutPage.objects.create(slug="reach-us", title="Contact", text="Soon.", role=AboutRole.CONTACT, shown=False)
    assert client.get(SECURITY).status_code == 404
    page.shown = True
    page.save()
    assert fields_of(client)["Contact"] == "http://testserver/about/reach-us/"


@pytest.mark.parametrize(
    ("told", "contact"),
    [
        ("", ""),
        ("security@lisle.example", "mailto:security@lisle.example"),
        ("mailto:security@lisle.example", "mailto:security@lisle.example"),
        ("https://lisle.example/security", "https://lisle.example/security"),
        ("tel:+1-201-555-0123", "tel:+1-201-555-0123"),
    ],
)
def test_a_contact_is_written_as_an_address_that_can_be_opened(told, contact):
    assert Environment({"SECURITY_CONTACT": told}).contact("SECURITY_CONTACT") == contact


@pytest.mark.parametrize("told", ["http://lisle.example/", "the desk", "javascript:alert(1)"])
def test_what_is_no_contact_stops_the_start(told):
    with pytest.raises(ImproperlyConfigured, match="SECURITY_CONTACT"):
        Environment({"SECURITY_CONTACT": told}).contact("SECURITY_CONTACT")
