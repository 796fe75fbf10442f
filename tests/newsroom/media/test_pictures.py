"""The template tag for pictures: formats and widths for browsers to choose from, and a fixed size."""

import re
from html.parser import HTMLParser

import pytest
from django.template import Context, Template
from django.test import Client

from newsroom.media.models import Image
from tests.factories import make_image, make_user


def render_tag(image: Image, rest: str) -> str:
    return Template("{% load pictures %}{% picture image " + rest + " %}").render(Context({"image": image}))


class TagCollector(HTMLParser):
    """A parser that collects tags and their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_picture_has_modern_formats_and_a_fallback() -> None:
    html = render_tag(Image(width=1000, height=500), '"A gate" "100vw"')
    (_, picture_attributes), (_, avif), (_, webp), (tag, img) = TagCollector(html).found
    assert picture_attributes == {}
    assert (avif["type"], webp["type"], tag) == ("image/avif", "image/webp", "img")
    assert re.findall(r"(\d+)w", avif["srcset"] or "") == ["320", "480", "640", "960"]
    assert avif["sizes"] == webp["sizes"] == "100vw"
    assert (img["width"], img["height"], img["alt"]) == ("960", "480", "A gate")
    assert re.search(r"/free-960-[0-9a-f]{16}\.jpg$", img["src"] or "")
    assert (img["loading"], img.get("fetchpriority")) == ("lazy", None)


def test_a_lead_picture_is_loaded_with_high_priority() -> None:
    _, img = TagCollector(render_tag(Image(width=1000, height=500), '"" "100vw" lead=True')).found[-1]
    assert (img.get("loading"), img["fetchpriority"], img["alt"]) == (None, "high", "")


def test_the_url_of_a_cropped_picture_has_its_focal_point() -> None:
    html = render_tag(Image(width=1000, height=500, focal_x=20, focal_y=70), '"" "100vw" ratio="1:1"')
    _, img = TagCollector(html).found[-1]
    assert (img["width"], img["height"]) == ("480", "480")
    assert re.search(r"1x1-480-20x70-[0-9a-f]{16}\.avif 480w", html)


def test_the_texts_of_a_picture_are_escaped() -> None:
    html = render_tag(Image(width=1000, height=500, title='"><script>'), 'image.title "100vw"')
    assert "<script" not in html


def test_there_are_no_inline_styles_or_event_handlers() -> None:
    html = render_tag(Image(width=1000, height=500), '"A gate" "100vw"')
    assert not re.search(r"\s(style|on\w+)=", html)


@pytest.mark.django_db
def test_every_printed_address_is_served() -> None:
    client = Client()
    client.force_login(make_user())
    html = render_tag(make_image(), '"" "100vw" ratio="16:9"') + render_tag(make_image(), '"" "100vw"')
    addresses = re.findall(r"/media/[^ \"]+", html)
    assert len(addresses) == 6
    assert {client.get(address).status_code for address in addresses} == {200}
