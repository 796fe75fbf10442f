"""The address alone says which language a list is in."""

import re

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils.translation import get_language, override
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.env import Environment
from newsroom.http import clock
from newsroom.http.languages import list_language, native_name
from newsroom.site.models import AboutPage
from tests.factories import make_outlet, make_published_question, make_published_story, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic():
    """Return a topic that a story in English and one in Arabic name."""
    topic = make_topic(name="Port Lisle", slug="port-lisle")
    make_published_story(slug="pier", topics=(topic,), outlets=(make_outlet(),))
    make_published_story(slug="ميناء", language="ar", topics=(topic,), outlets=(make_outlet(),))
    return topic


@pytest.mark.parametrize(
    "path", ["/", "/stories/", "/questions/", "/topics/", "/sources/", "/corrections/", "/search/"]
)
def test_each_list_stands_in_every_language_of_the_site(client, four_languages, path):
    assertContains(client.get(path), '<html lang="en-gb" dir="ltr">')
    assertContains(client.get(f"/de{path}"), '<html lang="de" dir="ltr">')
    assertContains(client.get(f"/ar{path}"), '<html lang="ar" dir="rtl">')


def test_no_other_page_has_a_language_before_it_and_no_other_language_stands_before_a_list(
    client, four_languages, topic
):
    for path in (
        "/fr/stories/",
        "/en-gb/",
        "/DE/",
        "/de/stories/pier/",
        "/de/stories/pier/changes.atom",
        "/de/admin/",
        "/de/de/",
    ):
        assert client.get(path).status_code == 404, path
    assert client.get("/de").headers["Location"] == "/de/"


def test_a_site_in_one_language_has_no_prefix_and_offers_nothing(client, topic):
    assert client.get("/de/").status_code == 404
    assertNotContains(client.get("/stories/"), "hreflang")


def test_nothing_but_the_address_is_asked_for_the_language(client, four_languages):
    client.cookies["django_language"] = "de"
    response = client.get("/stories/", headers={"Accept-Language": "ar"})
    assertContains(response, '<html lang="en-gb"')
    assert response.headers["Vary"] == "Accept-Encoding"
    assert get_language() == "en-gb"


def test_a_list_offers_itself_in_every_language(client, four_languages, topic):
    page = client.get("/de/topics/port-lisle/").content.decode()
    links = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"', page))
    assert links == {
        "en-gb": "http://testserver/topics/port-lisle/",
        "x-default": "http://testserver/topics/port-lisle/",
        "de": "http://testserver/de/topics/port-lisle/",
        "es": "http://testserver/es/topics/port-lisle/",
        "ar": "http://testserver/ar/topics/port-lisle/",
    }
    assert '<a href="/ar/topics/port-lisle/" lang="ar" hreflang="ar">' in page
    assert '<a href="/de/topics/port-lisle/" lang="de" hreflang="de" aria-current="true">Deutsch</a>' in page


def test_what_was_searched_for_goes_along_into_another_language(client, four_languages):
    page = client.get("/search/?q=tide+%26+pier")
    assertContains(page, 'href="/es/search/?q=tide+%26+pier"')
    assertNotContains(page, 'rel="alternate" hreflang')


def test_a_month_leads_to_all_stories_of_another_language_as_it_may_have_none_there(client, four_languages):
    make_published_story(slug="pier")
    path = reverse("stories_of_month", args=[clock.now().date()])
    page = client.get(path)
    assertContains(page, f'<a href="{path}" lang="en-gb" hreflang="en-gb" aria-current="true">')
    assertContains(page, '<a href="/de/stories/" lang="de" hreflang="de">')
    assertNotContains(page, 'rel="alternate" hreflang')


def test_what_stands_nowhere_is_offered_in_no_language(client, four_languages):
    for path in ("/nowhere/", "/de/topics/nothing/"):
        assertNotContains(client.get(path), "hreflang", status_code=404)
    assertContains(client.get("/ar/nowhere/"), '<html lang="ar" dir="rtl">', status_code=404)


def test_a_story_leads_to_lists_in_its_own_language_where_there_are_some(client, four_languages, topic):
    make_published_story(slug="bandari", language="sw", topics=(topic,))
    arabic = client.get("/stories/ميناء/")
    assertContains(arabic, 'href="/ar/stories/"')
    assertContains(arabic, 'href="/ar/topics/port-lisle/"')
    swahili = client.get("/stories/bandari/")
    assertContains(swahili, 'href="/stories/"')
    assertContains(swahili, 'href="/topics/port-lisle/"')


def test_the_desk_stays_in_english(editor_client, settings):
    settings.SITE_LANGUAGES = ["de"]
    assertContains(editor_client.get("/admin/"), '<html lang="en-gb"')
    assertContains(editor_client.get("/stories/"), '<html lang="de"')


def test_countries_and_scripts_lead_to_the_lists_of_their_language(four_languages):
    assert [list_language(tag) for tag in ("de-AT", "AR", "en", "pt-BR", None)] == [
        "de",
        "ar",
        "en-gb",
        "en-gb",
        "en-gb",
    ]
    with override("de-at"):
        assert reverse("stories") == "/de/stories/"


def test_a_language_is_named_as_it_names_itself():
    assert [native_name(tag) for tag in ("en-gb", "es", "ar", "tlh")] == ["English", "Español", "العربيّة", "tlh"]


def test_a_language_without_a_catalogue_keeps_the_site_from_starting(settings):
    (catalogues,) = settings.LOCALE_PATHS
    read = Environment({"LANGUAGES": "de, en-GB,de"}).languages
    assert read("LANGUAGES", "en", catalogues=catalogues) == ["de", "en-gb"]
    with pytest.raises(ImproperlyConfigured, match=r"“xx”.*ar, de, es"):
        Environment({"LANGUAGES": "de,xx"}).languages("LANGUAGES", "en", catalogues=catalogues)


@pytest.fixture
def how_we_work():
    """Return a page about us, shown in every foot."""
    return AboutPage.objects.create(slug="how", title="How we work", text="We read.")


def test_a_page_about_us_without_a_language_is_in_the_first_of_the_site(client, four_languages, how_we_work):
    page = client.get("/about/how/")
    assertContains(page, '<html lang="en-gb" dir="ltr">')
    assertContains(page, '"inLanguage":"en-gb"')
    assertNotContains(page, "hreflang")
    for language in ("en-gb", "de", "es", "ar"):
        assert client.get(f"/{language}/about/how/").status_code == 404


def test_what_stands_around_a_page_about_us_is_in_its_language(client, four_languages, settings, how_we_work):
    settings.SITE_LANGUAGES = ["ar", "de"]
    page = client.get("/about/how/")
    assertContains(page, '<html lang="ar" dir="rtl">')
    assertContains(page, '"inLanguage":"ar"')
    assertContains(page, "القصص")


@pytest.mark.parametrize("path", ["/ar/", "/de/stories/", "/stories/bandari/"])
def test_links_to_pages_about_us_name_their_language_on_a_page_in_another(client, four_languages, how_we_work, path):
    make_published_story(slug="bandari", language="sw")
    link = '<a href="/about/how/" lang="en-gb" hreflang="en-gb" dir="auto">How we work</a>'
    assertContains(client.get(path), link)


def test_links_to_pages_about_us_say_nothing_of_language_on_a_page_in_the_same(client, four_languages, how_we_work):
    make_published_story(slug="pier")
    for path in ("/", "/stories/pier/", "/about/how/"):
        assertContains(client.get(path), '<a href="/about/how/">How we work</a>')


def test_what_chooses_a_part_of_a_list_stays_in_its_language(client, four_languages):
    make_published_story()
    page = client.get("/stories/?page=2&q=tide&utm_source=a-friend")
    assertContains(page, '<a href="/de/stories/" lang="de" hreflang="de">')
    found = client.get("/search/?kind=story&q=tide&utm_source=a-friend")
    assertContains(found, '<a href="/de/search/?q=tide" lang="de" hreflang="de">')


def test_parts_stand_beside_each_other_with_the_comma_of_their_language(client, four_languages, topic):
    make_published_question(slug="سؤال", language="ar", topics=(topic,))
    assertContains(client.get("/topics/port-lisle/"), "2 stories</span>, 1 question")
    page = client.get("/ar/topics/port-lisle/").content.decode()
    assert re.search(r"قصتان</span>، \S", page)
    assert not re.search(r"[\u0600-\u06ff](?:</\w+>)*, ", page)
