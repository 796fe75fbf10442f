"""Blocks that are rendered once in each process, and what must never be outdated in them."""

import re

import pytest
from django.template import engines
from django.utils import translation
from django.utils.safestring import mark_safe

from newsroom.site.models import AboutPage
from newsroom.site.templatetags import once
from tests.factories import make_published_story


def render(source, language="en-gb", **values):
    with translation.override(language):
        return source.render(values)


@pytest.fixture
def template():
    return engines["django"].from_string(
        '{% load i18n once %}{% once name %}{{ name }}, {% translate "Search" %}, {{ other }}{% endonce %}'
    )


def test_a_block_is_rendered_once(template, monkeypatch):
    assert render(template, name="Lisle") == "Lisle, Search, "
    monkeypatch.setattr("django.template.base.VariableNode.render", None)
    assert render(template, name="Lisle") == "Lisle, Search, "


def test_a_block_is_rendered_for_each_value_and_language(template):
    assert render(template, name="Lisle") == "Lisle, Search, "
    assert render(template, name="Kelmar") == "Kelmar, Search, "
    assert render(template, "de", name="Lisle") == "Lisle, Suche, "
    assert render(template, name=1) == "1, Search, "
    assert render(template, name=True) == "True, Search, "
    assert render(template, name="<b>") == "&lt;b&gt;, Search, "
    assert render(template, name=mark_safe("<b>")) == "<b>, Search, "
    assert render(template) == ", Search, "


def test_a_block_has_only_the_variables_that_it_names(template):
    assert render(template, name="Lisle", other="a name") == "Lisle, Search, "


def test_a_block_is_rendered_with_what_a_function_returns(template):
    assert render(template, name=lambda: "Lisle") == "Lisle, Search, "


def test_the_number_of_rendered_blocks_is_limited(template, monkeypatch):
    monkeypatch.setattr(once, "MAX_PARTS", 3)
    monkeypatch.setattr(once, "_parts", {})
    for number in range(10):
        assert render(template, name=str(number)) == f"{number}, Search, "
        assert len(once._parts) <= 3


def parts_of(client, address):
    html = client.get(address).content.decode()
    head, _, rest = html.partition("<main")
    return head + rest[rest.rindex("<footer") :]


@pytest.mark.django_db
def test_the_masthead_has_the_present_name_of_the_site(client, settings):
    assert parts_of(client, "/stories/").count("The Lisle Explainer") == 0
    settings.SITE_NAME = "The Lisle Explainer"
    head, masthead, footer = re.split("<header|<footer", parts_of(client, "/stories/"))
    assert 'type="application/atom+xml" title="The Lisle Explainer"' in head
    assert "The Lisle Explainer" in masthead
    assert "The Lisle Explainer" in footer


@pytest.mark.django_db
def test_the_footer_shows_a_changed_about_page_at_once(client):
    page = AboutPage.objects.create(slug="how-we-work", title="How we work", text="We compare.", role="how-we-work")
    address = f"/stories/{make_published_story().slug}/"
    assert '<a href="/about/how-we-work/">How we work</a>' in parts_of(client, address)
    page.title, page.slug = "How all of us work", "how-all-of-us-work"
    page.save()
    changed = parts_of(client, address)
    assert '<a href="/about/how-all-of-us-work/">How all of us work</a>' in changed
    assert "/about/how-we-work/" not in changed
    assert '"publishingPrinciples":"http://testserver/about/how-all-of-us-work/"' in changed.replace("https:", "http:")
    page.delete()
    assert "/about/" not in parts_of(client, address)


@pytest.mark.django_db
def test_each_page_has_the_masthead_of_its_language_and_place(client, four_languages):
    for prefix, label in (("", "Search"), ("/de", "Suche"), ("", "Search"), ("/es", "Buscar")):
        masthead = parts_of(client, f"{prefix}/stories/").partition("<header")[2]
        assert f'<a class="search" href="{prefix}/search/">' in masthead
        assert f"<span>{label}</span>" in masthead
        assert re.findall(r'<a href="([^"]+)" aria-current="true">', masthead) == [f"{prefix}/stories/"]
    assert 'href="/topics/" aria-current="true"' in parts_of(client, "/topics/")


@pytest.mark.django_db
def test_the_masthead_of_the_front_page_has_the_day_of_the_request(client, set_time):
    make_published_story()
    assert '<time datetime="2031-03-03">Monday, 3 March</time>' in parts_of(client, "/").replace("\u00a0", " ")
    set_time.go(days=1)
    assert '<time datetime="2031-03-04">Tuesday, 4 March</time>' in parts_of(client, "/").replace("\u00a0", " ")
