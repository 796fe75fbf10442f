"""About pages: their roles, the roles without a page, and editing at the desk."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse
from django.utils.translation import gettext, override
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.audit.models import Event
from newsroom.site.models import AboutPage, AboutRole
from stories.demo import files
from tests.factories import make_published_story

pytestmark = pytest.mark.django_db
LIST = "/admin/site/aboutpage/"


def assert_role_is_taken(page):
    """Assert that another page has the role of this page in the same language."""
    (constraint,) = AboutPage._meta.constraints
    with pytest.raises(ValidationError) as refused:
        page.full_clean()
    assert refused.value.messages == [constraint.violation_error_message]


def test_a_role_belongs_to_only_one_page():
    AboutPage.objects.create(slug="one", title="How we work", text="We read.", role=AboutRole.HOW_WE_WORK)
    other = AboutPage(slug="two", title="How we work too", text="We read.", role=AboutRole.HOW_WE_WORK)
    assert_role_is_taken(other)
    with pytest.raises(IntegrityError):
        other.save()


def test_any_number_of_pages_have_no_role():
    for number in range(2):
        AboutPage.objects.create(slug=f"page-{number}", title="Prizes", text="None yet.")
    assert AboutPage.objects.by_role() == {}


def test_pages_are_found_by_role():
    page = AboutPage.objects.create(slug="owners", title="Owners", text="Readers.", role=AboutRole.OWNERSHIP)
    assert AboutPage.objects.by_role() == {"ownership": page}


def test_a_new_site_has_no_about_page_and_suggests_one_for_each_role(administrator_client, client):
    assert "/about/" not in client.get("/").content.decode()
    response = administrator_client.get(LIST)
    links = re.findall(
        r"add/\?title=([^&\"]+)&amp;slug=([a-z-]+)&amp;role=([a-z-]+)\">([^<]+)</a>", response.content.decode()
    )
    assert links == [
        ("How+we+work", "how-we-work", "how-we-work", "How we work"),
        ("How+we+compare", "how-we-compare", "how-we-compare", "How we compare"),
        ("Corrections+policy", "corrections-policy", "corrections", "Corrections policy"),
        ("Who+owns+us", "who-owns-us", "ownership", "Who owns us"),
        ("Contact", "contact", "contact", "Contact"),
    ]
    assert {role for _, _, role, _ in links} == set(AboutRole.values)


def test_a_suggestion_opens_a_form_with_the_role(administrator_client):
    response = administrator_client.get(f"{LIST}add/?title=Who+owns+us&slug=who-owns-us&role=ownership")
    assertContains(response, 'value="who-owns-us"')
    assertContains(response, '<option value="ownership" selected>')


def test_a_role_with_a_hidden_page_is_not_suggested(administrator_client):
    AboutPage.objects.create(slug="owners", title="Owners", text="Soon.", role=AboutRole.OWNERSHIP, shown=False)
    assertNotContains(administrator_client.get(LIST), "role=ownership")


def test_the_list_has_words_for_languages_and_hidden_pages(administrator_client, four_languages):
    AboutPage.objects.create(slug="owners", title="Owners", text="Soon.", shown=False)
    AboutPage.objects.create(slug="uns", title="Wir", text="Bald.", language="de")
    page = administrator_client.get(LIST)
    for field, words in (("language_name", "English"), ("language_name", "Deutsch"), ("is_shown", "Hidden")):
        assertContains(page, f'<td class="field-{field}">{words}</td>', html=True)


def test_a_page_is_added_at_the_desk_and_audited(administrator_client, client):
    form = {
        "title": "Contact",
        "slug": "contact",
        "role": "contact",
        "text": "Ring us.",
        "position": "3",
        "shown": "on",
    }
    administrator_client.post(reverse("admin:site_aboutpage_add"), form)
    assertContains(client.get("/about/contact/"), "Ring us.")
    assert Event.objects.of_kind("about page").get().verb == "added"


def test_deleted_pages_disappear_from_the_footer(administrator_client, client):
    for slug in ("prizes", "jobs"):
        AboutPage.objects.create(slug=slug, title=slug, text="None yet.")
    for _ in range(2):
        assertContains(client.get("/"), "/about/prizes/")
        assertContains(client.get("/about/jobs/"), "None yet.")
    selected = list(AboutPage.objects.values_list("pk", flat=True))
    administrator_client.post(LIST, {"action": "delete_selected", "_selected_action": selected, "post": "yes"})
    assert not AboutPage.objects.exists()
    assertNotContains(client.get("/"), "/about/prizes/")
    assert client.get("/about/jobs/").status_code == 404
    assert [event.verb for event in Event.objects.of_kind("about page")] == ["deleted", "deleted"]


def test_the_corrections_policy_links_to_all_corrections(client):
    AboutPage.objects.create(slug="policy", title="Policy", text="We correct.", role=AboutRole.CORRECTIONS)
    AboutPage.objects.create(slug="other", title="Other", text="We work.")
    link = '<a class="action" href="/corrections/">'
    assertContains(client.get("/about/policy/"), link)
    assertNotContains(client.get("/about/other/"), link)


def test_a_page_has_a_description_and_a_canonical_address(client):
    AboutPage.objects.create(slug="how", title="How", text="We **compare** papers.\n\nAnd more.")
    response = client.get("/about/how/?utm_source=a-friend")
    assertContains(response, '<meta name="description" content="We compare papers.">')
    assertContains(response, '<link rel="canonical" href="http://testserver/about/how/">')


def test_the_demonstration_has_a_page_for_each_role_in_each_language():
    answers = {language: [] for language in ("", "de", "es", "ar")}
    for page in files.load_about_pages():
        answers[page.language].append(page.role)
    assert answers == {language: list(AboutRole.values) for language in answers}


# In several languages ------------------------------------------------------------------------------------------------

TITLES = {"": "Contact", "de": "Kontakt", "es": "Contacto", "ar": "اتصل بنا"}


def load_footer(client, path):
    return client.get(path).content.decode().partition('<footer class="site-footer">')[2]


def list_links(footer: str) -> list[str]:
    return re.findall(r'<a href="/about/[^>]*>([^<]*)</a>', footer)


def list_interface_words(footer: str) -> list[str]:
    """Return the labels of the links to the feed and to the form for reports, and the last line."""
    labels = re.findall(r'href="[^"]*/(?:feeds|reports)/[^>]*>([^<]+)</a>', footer)
    (line,) = re.findall(r"<p>([^<]+)</p>", footer)
    return [*labels, line]


@pytest.fixture
def contacts(four_languages):
    return {
        language: AboutPage.objects.create(
            slug=f"contact-{language or 'en'}", title=title, text="Ring us.", role=AboutRole.CONTACT, language=language
        )
        for language, title in TITLES.items()
    }


@pytest.mark.parametrize("language", TITLES)
def test_the_footer_is_in_the_language_of_the_page(client, contacts, language):
    make_published_story(slug="pier", language=language or "en")
    english = list_interface_words(load_footer(client, "/"))
    with override(language or "en"):
        words = [gettext(each) for each in english]
    assert len(english) == 3
    assert len(set(words) - set(english)) >= (2 if language else 0)
    paths = [f"/{language}/" if language else "/", "/stories/pier/", contacts[language].get_absolute_url()]
    for path in paths:
        footer = load_footer(client, path)
        assert list_links(footer) == [TITLES[language]]
        assert list_interface_words(footer) == words
        assert f'href="{contacts[language].get_absolute_url()}"' in footer


@pytest.mark.parametrize("language", ["de", "es", "ar"])
def test_an_about_page_is_in_its_language_and_links_to_the_others(client, contacts, language):
    response = client.get(contacts[language].get_absolute_url())
    direction = "rtl" if language == "ar" else "ltr"
    assertContains(response, f'<html lang="{language}" dir="{direction}">')
    assertContains(response, f'"inLanguage":"{language}"')
    links = re.findall(
        r'<link rel="alternate" hreflang="([^"]+)" href="http://testserver([^"]+)"', response.content.decode()
    )
    assert dict(links) == {
        "en-gb": "/about/contact-en/",
        "x-default": "/about/contact-en/",
        **{other: f"/about/contact-{other}/" for other in ("de", "es", "ar")},
    }


def test_pages_missing_in_a_language_are_listed_in_the_first_language(client, contacts):
    AboutPage.objects.create(slug="owners", title="Who owns us", text="Readers.", role=AboutRole.OWNERSHIP)
    AboutPage.objects.create(slug="prizes", title="Prizes", text="None yet.")
    AboutPage.objects.create(slug="preise", title="Preise", text="Noch keine.", language="de")
    AboutPage.objects.filter(language="es").update(shown=False)
    assert list_links(load_footer(client, "/de/")) == ["Kontakt", "Who owns us", "Preise"]
    assert list_links(load_footer(client, "/es/")) == ["Contact", "Who owns us", "Prizes"]
    assert list_links(load_footer(client, "/")) == ["Contact", "Who owns us", "Prizes"]
    assert 'lang="en-gb" hreflang="en-gb" dir="auto">Who owns us' in load_footer(client, "/de/")


def test_a_role_belongs_to_one_page_in_each_language(contacts):
    assert AboutPage.objects.by_role() == {"contact": contacts[""]}
    other = AboutPage(slug="kontakt", title="Kontakt", text="Hier.", role=AboutRole.CONTACT, language="de")
    assert_role_is_taken(other)


def test_the_form_offers_the_languages_of_the_site(administrator_client, four_languages):
    response = administrator_client.get(f"{LIST}add/")
    for tag, name in (("", "English"), ("de", "Deutsch"), ("ar", "العربيّة")):
        assertContains(response, f'<option value="{tag}"')
        assertContains(response, f">{name}</option>")
    form = {
        "title": "Kontakt",
        "slug": "kontakt",
        "role": "contact",
        "language": "de",
        "text": "Rufen Sie an.",
        "position": 1,
    }
    administrator_client.post(reverse("admin:site_aboutpage_add"), {**form, "shown": "on"})
    assert AboutPage.objects.get().language == "de"
