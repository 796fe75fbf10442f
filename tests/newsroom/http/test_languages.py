"""The address alone selects the language of a list."""

import re

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils.translation import get_language, override
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.env import Environment
from newsroom.http import clock
from newsroom.http.languages import has_interface_in, list_language, native_name
from newsroom.site.models import AboutPage
from tests.factories import make_outlet, make_published_question, make_published_story, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic():
    """Return a topic of both an English and an Arabic story."""
    topic = make_topic(name="Port Lisle", slug="port-lisle")
    make_published_story(slug="pier", topics=(topic,), outlets=(make_outlet(),))
    make_published_story(slug="ميناء", language="ar", topics=(topic,), outlets=(make_outlet(),))
    return topic


@pytest.mark.parametrize(
    "path", ["/", "/stories/", "/questions/", "/topics/", "/sources/", "/corrections/", "/search/"]
)
def test_each_list_exists_in_every_language_of_the_site(client, four_languages, path):
    assertContains(client.get(path), '<html lang="en-gb" dir="ltr">')
    assertContains(client.get(f"/de{path}"), '<html lang="de" dir="ltr">')
    assertContains(client.get(f"/ar{path}"), '<html lang="ar" dir="rtl">')


def test_only_lists_have_language_prefixes_and_only_those_of_the_site(client, four_languages, topic):
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


def test_a_site_in_one_language_has_no_prefixes_and_no_alternates(client, topic):
    assert client.get("/de/").status_code == 404
    assertNotContains(client.get("/stories/"), "hreflang")


def test_cookies_and_headers_do_not_select_the_language(client, four_languages):
    client.cookies["django_language"] = "de"
    response = client.get("/stories/", headers={"Accept-Language": "ar"})
    assertContains(response, '<html lang="en-gb"')
    assert response.headers["Vary"] == "Accept-Encoding"
    assert get_language() == "en-gb"


def test_a_list_links_to_itself_in_every_language(client, four_languages, topic):
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


def test_links_to_other_languages_keep_the_search_query(client, four_languages):
    page = client.get("/search/?q=tide+%26+pier")
    assertContains(page, 'href="/es/search/?q=tide+%26+pier"')
    assertNotContains(page, 'rel="alternate" hreflang')


def test_a_month_links_to_all_stories_in_other_languages(client, four_languages):
    make_published_story(slug="pier")
    path = reverse("stories_of_month", args=[clock.now().date()])
    page = client.get(path)
    assertContains(page, f'<a href="{path}" lang="en-gb" hreflang="en-gb" aria-current="true">')
    assertContains(page, '<a href="/de/stories/" lang="de" hreflang="de">')
    assertNotContains(page, 'rel="alternate" hreflang')


def test_a_missing_page_has_no_links_to_other_languages(client, four_languages):
    for path in ("/nowhere/", "/de/topics/nothing/"):
        assertNotContains(client.get(path), "hreflang", status_code=404)
    assertContains(client.get("/ar/nowhere/"), '<html lang="ar" dir="rtl">', status_code=404)


def test_a_story_links_to_lists_in_its_own_language_if_they_exist(client, four_languages, topic):
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


def test_regional_variants_use_the_lists_of_their_language(four_languages):
    assert [list_language(tag) for tag in ("de-AT", "AR", "en", "pt-BR", None)] == [
        "de",
        "ar",
        "en-gb",
        "en-gb",
        "en-gb",
    ]
    with override("de-at"):
        assert reverse("stories") == "/de/stories/"


def test_a_language_is_called_by_its_native_name():
    assert [native_name(tag) for tag in ("en-gb", "es", "ar", "tlh")] == ["English", "Español", "العربيّة", "tlh"]


def test_a_language_without_a_message_catalogue_is_a_configuration_error(settings):
    (catalogues,) = settings.LOCALE_PATHS
    read = Environment({"LANGUAGES": "de, en-GB,de"}).languages
    assert read("LANGUAGES", "en", catalogues=catalogues) == ["de", "en-gb"]
    with pytest.raises(ImproperlyConfigured, match=r"LANGUAGES .*ar, de, es"):
        Environment({"LANGUAGES": "de,xx"}).languages("LANGUAGES", "en", catalogues=catalogues)


@pytest.fixture
def how_we_work():
    """Return an about page, to which every footer links."""
    return AboutPage.objects.create(slug="how", title="How we work", text="We read.")


def test_an_about_page_has_no_language_prefix_and_is_in_the_first_language(client, four_languages, how_we_work):
    page = client.get("/about/how/")
    assertContains(page, '<html lang="en-gb" dir="ltr">')
    assertContains(page, '"inLanguage":"en-gb"')
    assertNotContains(page, "hreflang")
    for language in ("en-gb", "de", "es", "ar"):
        assert client.get(f"/{language}/about/how/").status_code == 404


def test_the_interface_of_an_about_page_is_in_the_first_language(client, four_languages, settings, how_we_work):
    settings.SITE_LANGUAGES = ["ar", "de"]
    page = client.get("/about/how/")
    assertContains(page, '<html lang="ar" dir="rtl">')
    assertContains(page, '"inLanguage":"ar"')
    assertContains(page, "التقارير")


@pytest.mark.parametrize("path", ["/ar/", "/de/stories/", "/stories/bandari/"])
def test_links_to_about_pages_declare_their_language_on_pages_in_another(client, four_languages, how_we_work, path):
    make_published_story(slug="bandari", language="sw")
    link = '<a href="/about/how/" lang="en-gb" hreflang="en-gb" dir="auto">How we work</a>'
    assertContains(client.get(path), link)


def test_links_to_about_pages_declare_no_language_on_pages_in_the_same(client, four_languages, how_we_work):
    make_published_story(slug="pier")
    for path in ("/", "/stories/pier/", "/about/how/"):
        assertContains(client.get(path), '<a href="/about/how/">How we work</a>')


def test_links_to_other_languages_drop_filters_and_pages(client, four_languages):
    make_published_story()
    page = client.get("/stories/?page=2&q=tide&utm_source=a-friend")
    assertContains(page, '<a href="/de/stories/" lang="de" hreflang="de">')
    found = client.get("/search/?kind=story&q=tide&utm_source=a-friend")
    assertContains(found, '<a href="/de/search/?q=tide" lang="de" hreflang="de">')


def test_counts_are_joined_with_the_comma_of_the_language(client, four_languages, topic):
    make_published_question(slug="سؤال", language="ar", topics=(topic,))
    assertContains(client.get("/topics/port-lisle/"), "2 stories</span>, 1 question")
    page = client.get("/ar/topics/port-lisle/").content.decode()
    assert re.search(r"تقريران</span>، \S", page)
    assert not re.search(r"[\u0600-\u06ff](?:</\w+>)*, ", page)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en-GB", True),
        ("de", True),
        ("ar-EG", True),
        ("sw", False),
        ("../../de", False),
        ("de\0", False),
        ("x" * 400, False),
    ],
)
def test_the_interface_is_available_in_languages_with_a_catalogue(language, expected):
    assert has_interface_in(language) is expected
