"""About pages, error pages and sign-in pages."""

import re

import pytest
from django.template.loader import get_template
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertTemplateUsed

from newsroom.site.models import AboutPage
from newsroom.site.views import raise_headings


@pytest.mark.django_db
def test_the_headings_of_an_about_page_skip_no_level(client):
    AboutPage.objects.create(slug="how-we-work", title="How we work", text="We compare.\n\n## Sources\n\nMany.")
    response = client.get("/about/how-we-work/")
    assertContains(response, "<h1>How we work</h1>")
    assertContains(response, "<h2>Sources</h2>")


@pytest.mark.django_db
def test_a_hidden_page_is_not_found_and_not_in_the_footer(client):
    AboutPage.objects.create(slug="not-yet", title="Not yet", text="Soon.", shown=False)
    assert client.get("/about/not-yet/").status_code == 404
    assertNotContains(client.get("/"), "Not yet")


@pytest.mark.django_db
def test_the_footer_lists_about_pages_in_order(client):
    AboutPage.objects.create(slug="two", title="Who owns us", text="Readers.", position=2)
    AboutPage.objects.create(slug="one", title="How we work", text="We compare.", position=1)
    footer = client.get("/").content.decode().split("<footer")[1]
    assert re.findall(r'href="(/about/[^"]+)"', footer) == ["/about/one/", "/about/two/"]


def test_only_headings_are_raised():
    assert (
        raise_headings("<h3>a</h3><p>h3</p><h6>b</h6><pre>&lt;h3&gt;</pre>")
        == "<h2>a</h2><p>h3</p><h5>b</h5><pre>&lt;h3&gt;</pre>"
    )


def test_the_error_page_needs_neither_request_nor_database():
    page = get_template("500.html").render()
    assert "<span>500</span>" in page
    assert "Newsroom" in page


@pytest.mark.django_db
def test_a_form_without_its_token_gets_an_error_page_in_the_design_of_the_site():
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x", "password": "y"})
    assertTemplateUsed(response, "403_csrf.html")
    assertContains(response, 'class="masthead"', status_code=403)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/accounts/login/", "account/login.html"),
        ("/accounts/password/reset/", "account/password_reset.html"),
    ],
)
def test_the_sign_in_pages_have_the_design_of_the_site(client, path, template):
    response = client.get(path)
    assertTemplateUsed(response, template)
    assertContains(response, "<h1>", count=1)
    assertContains(response, 'class="masthead"')
    assertContains(response, '<meta name="robots" content="noindex">')


@pytest.mark.django_db
def test_a_site_without_mail_promises_no_reset_link(client, settings):
    settings.EMAIL_CONFIGURED = False
    path = "/accounts/password/reset/"
    advice = "Ask an administrator for a new password."
    without_mail = client.get(path)
    assertNotContains(without_mail, f'action="{path}"')
    assertContains(without_mail, advice)
    settings.EMAIL_CONFIGURED = True
    with_mail = client.get(path)
    assertContains(with_mail, f'action="{path}"')
    assertNotContains(with_mail, advice)
