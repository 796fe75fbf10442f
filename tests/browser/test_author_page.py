"""An author's page: made at the desk with a picture from the library, read with and without JavaScript."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from newsroom.accounts.models import Contributor
from tests.browser.faults import find_faults
from tests.factories import make_author, make_image, make_published_story, make_topic, make_user
from tests.stories.public.pages.test_authors import correct

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_editor_gives_a_byline_a_page_with_a_picture(open_page):
    make_image(title="Ana at the pier", alt="Ana Kestrel", credit="Ida Sund")
    story = make_published_story(byline=("Ana Kestrel",), topics=(make_topic(name="Port Lisle"),))
    author = Contributor.objects.get()
    address = reverse("admin:accounts_contributor_change", args=[author.pk])
    page = open_page(address, as_=make_user(role="Editor"))
    page.get_by_label("Has a public page").check()
    page.get_by_label("Role").fill("Reporter")
    page.get_by_label("Topics").fill("Port Lisle")
    page.get_by_role("button", name="Choose picture").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio").first.check()
    dialog.get_by_role("button", name="Continue").click()
    dialog.get_by_role("button", name="Insert").click()
    expect(page.get_by_label("Picture", exact=True)).to_have_value("Ana at the pier")
    expect(page.locator(".field", has=page.locator("#id_shown_picture")).locator("img.thumbnail")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/contributor/")
    page.goto(f"/stories/{story.slug}/")
    page.get_by_role("link", name="Ana Kestrel").click()
    expect(page.get_by_role("heading", name="Ana Kestrel", level=1)).to_be_visible()
    expect(page.locator(".portrait img")).to_have_attribute("alt", "")
    expect(page.locator(".portrait")).to_contain_text("Ida Sund")


def test_without_javascript_everything_on_the_page_can_be_read_and_followed(open_page):
    make_author(name="Ana Kestrel", slug="ana-kestrel", contact="ana@lisle.example", is_former=True)
    story = make_published_story(byline=("Ana Kestrel",))
    correct(story)
    page = open_page("/people/ana-kestrel/", java_script_enabled=False)
    for name in ("Stories by Ana Kestrel", "Corrections to these stories"):
        expect(page.get_by_role("region", name=name).get_by_role("link", name=story.headline)).to_be_visible()
    expect(page.get_by_text("Former staff")).to_be_visible()
    page.get_by_text("Follow", exact=True).click()
    feed = page.get_by_role("link", name="Atom").get_attribute("href")
    assert page.request.get(feed).status == 200


def test_on_paper_the_portrait_is_beside_the_name(open_page):
    make_author(name="Ana Kestrel", slug="ana-kestrel", picture=make_image(credit="Ida Sund"))
    make_published_story(byline=("Ana Kestrel",))
    page = open_page("/people/ana-kestrel/")
    page.emulate_media(media="print")
    name, portrait, facts = (
        page.locator(each).bounding_box() for each in (".author-name", ".portrait", ".facts-table")
    )
    assert portrait["width"] > 60
    assert name["x"] + name["width"] <= portrait["x"]
    assert portrait["y"] + portrait["height"] <= facts["y"]


@pytest.mark.usefixtures("four_languages")
@pytest.mark.parametrize(("width", "scheme", "prefix"), [(390, "light", ""), (1280, "dark", ""), (390, "dark", "/ar")])
def test_the_page_has_no_faults(open_page, width, scheme, prefix):
    make_author(
        name="Ana Kestrel", slug="ana-kestrel", role="Reporter", description="She counts lorries.", languages="en, ar",
        contact="https://ana.lisle.example/a-rather-long-address", picture=make_image(credit="Ida Sund"),
        topics=(make_topic(),),
    )  # fmt: skip
    correct(make_published_story(byline=("Ana Kestrel",)))
    page = open_page(f"{prefix}/people/ana-kestrel/", viewport={"width": width, "height": 844}, color_scheme=scheme)
    assert find_faults(page, width) == []
