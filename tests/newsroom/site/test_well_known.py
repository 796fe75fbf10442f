"""Files for machines: robots.txt, llms.txt and security.txt."""

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


def load_lines(client, address: str) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"] in {"text/plain; charset=utf-8", "text/markdown; charset=utf-8"}
    lines: list[str] = response.content.decode().splitlines()
    return lines


def load_fields(client) -> dict[str, str]:
    """Return the fields of security.txt, each of which must occur once."""
    fields = [line.split(": ", 1) for line in load_lines(client, SECURITY)]
    assert len(dict(fields)) == len(fields)
    return dict(fields)


def test_robots_txt_disallows_the_desk_and_lists_the_sitemaps(client):
    lines = load_lines(client, "/robots.txt")
    assert {"User-agent: *", "Disallow: /admin/", "Disallow: /accounts/", "Disallow: /preview/"} <= set(lines)
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert "Sitemap: http://testserver/news-sitemap.xml" in lines


def test_robots_txt_allows_the_search_but_not_what_its_scripts_ask_for(client, settings):
    settings.SITE_LANGUAGES = ["en-gb", "de"]
    lines = set(load_lines(client, "/robots.txt"))
    assert {"Disallow: /search/suggestions/", "Disallow: /de/search/suggestions/"} <= lines
    assert {"Disallow: /search/sections/", "Disallow: /de/search/sections/"} <= lines
    assert not {"Disallow: /search/", "Disallow: /de/search/"} & lines


def test_llms_txt_has_the_required_format(client):
    lines = load_lines(client, "/llms.txt")
    assert lines[0] == "# Newsroom"
    assert lines[2].startswith("> ")
    assert [line for line in lines if line.startswith("#")][1:] == ["## Lists", "## Feeds", "## Data", "## Optional"]
    first = next(number for number, line in enumerate(lines) if line.startswith("## "))
    for line in filter(None, lines[first:]):
        assert re.fullmatch(r"## .+|- \[[^\]]+\]\(http://testserver/[^)]*\)(: .+)?", line), line


def test_all_links_in_llms_txt_work(client):
    AboutPage.objects.create(slug="how", title="How [we] work", text="We read.")
    links = re.findall(r"\]\((http[^)]+)\)", client.get("/llms.txt").content.decode())
    assert "http://testserver/about/how/" in links
    for link in links:
        path = urlsplit(link).path
        assert resolve(path)
        assert client.get(path).status_code == 200, path
    assert r"- [How \[we\] work](http://testserver/about/how/)" in load_lines(client, "/llms.txt")


def test_security_txt_contains_the_contact(client):
    fields = load_fields(client)
    assert list(fields) == ["Contact", "Expires", "Preferred-Languages", "Canonical"]
    assert fields["Contact"] == "mailto:security@lisle.example"
    assert fields["Preferred-Languages"] == "en"
    assert fields["Canonical"] == f"http://testserver{SECURITY}"


def test_security_txt_expires_within_a_year_and_changes_once_a_month(client, set_time):
    expiries = []
    for _ in range(13):
        expiries.append(datetime.fromisoformat(load_fields(client)["Expires"]))
        assert timedelta(days=180) < expiries[-1] - set_time() < timedelta(days=220)
        set_time.go(to=set_time().replace(day=28))
        assert datetime.fromisoformat(load_fields(client)["Expires"]) == expiries[-1]
        set_time.go(to=(set_time() + timedelta(days=4)).replace(day=1))
    assert sorted(set(expiries)) == expiries


def test_without_a_setting_the_contact_page_is_used(client, settings):
    settings.SECURITY_CONTACT = ""
    assert client.get(SECURITY).status_code == 404
    page = AboutPage.objects.create(slug="reach-us", title="Contact", text="Soon.", role=AboutRole.CONTACT, shown=False)
    assert client.get(SECURITY).status_code == 404
    page.shown = True
    page.save()
    assert load_fields(client)["Contact"] == "http://testserver/about/reach-us/"


@pytest.mark.parametrize(
    ("setting", "contact"),
    [
        ("", ""),
        ("security@lisle.example", "mailto:security@lisle.example"),
        ("mailto:security@lisle.example", "mailto:security@lisle.example"),
        ("https://lisle.example/security", "https://lisle.example/security"),
        ("tel:+1-201-555-0123", "tel:+1-201-555-0123"),
    ],
)
def test_a_contact_is_a_uri(setting, contact):
    assert Environment({"SECURITY_CONTACT": setting}).contact("SECURITY_CONTACT") == contact


@pytest.mark.parametrize("setting", ["http://lisle.example/", "the desk", "javascript:alert(1)"])
def test_an_invalid_contact_prevents_the_start(setting):
    with pytest.raises(ImproperlyConfigured, match="SECURITY_CONTACT"):
        Environment({"SECURITY_CONTACT": setting}).contact("SECURITY_CONTACT")
