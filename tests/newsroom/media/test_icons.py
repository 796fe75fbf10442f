"""The icons, the logo and the manifest of the site: types, sizes, caching, contrast, and the site's own mark and name."""

import re
from io import BytesIO
from itertools import pairwise

import pytest
from django.urls import reverse
from PIL import Image

from newsroom.media.checks import check_site_mark
from newsroom.media.icon_urls import FILES
from newsroom.media.icons import icon_url
from newsroom.media.processing.share_card import PAPER
from tests.stories.public.structured_data.parse import Page

SIZES = {
    "favicon": ("image/x-icon", (32, 32)),
    "apple_icon": ("image/png", (180, 180)),
    "icon_192": ("image/png", (192, 192)),
    "icon_512": ("image/png", (512, 512)),
    "icon_maskable": ("image/png", (512, 512)),
    "logo": ("image/png", (600, 60)),
}
DARK_TAB = (32, 33, 36)


def open_icon(client, name):
    return Image.open(BytesIO(client.get(icon_url(name)).content))


@pytest.fixture
def own_mark(settings, tmp_path):
    settings.SITE_MARK = str(tmp_path / "mark.png")
    Image.new("RGBA", (512, 512), (200, 30, 30, 255)).save(settings.SITE_MARK)


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_cached_for_a_year_at_its_versioned_address(client, name):
    response = client.get(icon_url(name))
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(reverse(name))["Cache-Control"] == "public, max-age=2592000"
    assert client.get(icon_url(name), headers={"If-None-Match": response["ETag"]}).status_code == 304


@pytest.mark.parametrize("name", SIZES)
def test_each_picture_has_its_type_and_size(client, name):
    kind, size = SIZES[name]
    assert client.get(icon_url(name))["Content-Type"] == kind
    assert open_icon(client, name).size == size


def test_the_mark_can_be_seen_at_16_pixels_on_dark_and_light_tabs(client):
    icon = open_icon(client, "favicon")
    icon.size = (16, 16)
    icon = icon.convert("RGBA")
    for tab in (DARK_TAB, (255, 255, 255)):
        seen = Image.new("RGBA", (16, 16), tab)
        seen.alpha_composite(icon)
        row = [sum(seen.getpixel((x, 11))[:3]) / 3 for x in range(2, 14)]
        # Three dark bars on paper, with lighter gaps between them.
        assert sum(a >= 150 > b for a, b in pairwise(row)) == 3
        assert max(row) > 200


def test_the_maskable_icon_has_nothing_outside_the_safe_zone(client):
    icon = open_icon(client, "icon_maskable").convert("RGB")
    for x in range(0, 512, 4):
        for y in range(0, 512, 4):
            if (x - 256) ** 2 + (y - 256) ** 2 > (0.4 * 512) ** 2:
                assert icon.getpixel((x, y)) == PAPER


def test_the_manifest_names_the_site_and_icons_that_exist(client, settings):
    settings.SITE_NAME = "The Lisle Courier"
    manifest = client.get(icon_url("manifest")).json()
    assert (manifest["name"], manifest["short_name"]) == ("The Lisle Courier", "The Lisle Courier")
    assert (manifest["start_url"], manifest["display"]) == ("/", "browser")
    assert [icon["purpose"] for icon in manifest["icons"]] == ["any", "any", "maskable"]
    for icon in manifest["icons"]:
        image = Image.open(BytesIO(client.get(icon["src"]).content))
        assert "x".join(map(str, image.size)) == icon["sizes"]


def test_name_and_mark_of_the_site_replace_ours(client, settings, own_mark):
    with_name = client.get(icon_url("logo")).content
    settings.SITE_NAME = "The Lisle Courier"
    assert client.get(icon_url("logo")).content != with_name
    for name in SIZES:
        picture = open_icon(client, name).convert("RGB")
        middle = (picture.height // 2, picture.height // 2)
        assert picture.getpixel(middle)[0] > 190 > 60 > picture.getpixel(middle)[1]


@pytest.mark.django_db
def test_a_page_links_to_every_icon_and_names_a_colour_for_both_schemes(client, settings):
    page = client.get("/").content.decode()
    icons = re.findall(r'<link rel="(?:icon|apple-touch-icon|manifest)" href="([^"]+)"', page)
    assert [client.get(address).status_code for address in icons if not address.startswith("/static/")] == [200] * 3
    assert "/static/img/icon" in "".join(icons)
    assert len(re.findall('<meta name="theme-color"', page)) == 2
    publisher = Page(page).of_type("NewsMediaOrganization")
    assert publisher["logo"]["url"].endswith(icon_url("logo"))
    assert (publisher["logo"]["width"], publisher["logo"]["height"]) == (600, 60)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/admin/"])
def test_a_site_with_its_own_mark_does_not_link_to_ours(admin_client, own_mark, address):
    page = admin_client.get(address).content.decode()
    assert icon_url("icon_192") in page
    assert "/static/img/icon" not in page


def test_a_mark_that_is_missing_small_or_not_square_is_refused(settings, tmp_path, own_mark):
    assert check_site_mark() == []
    for size in ((100, 100), (600, 700)):
        Image.new("RGB", size).save(settings.SITE_MARK)
        assert [error.id for error in check_site_mark()] == ["media.E001"]
    settings.SITE_MARK = str(tmp_path / "missing.png")
    assert [error.id for error in check_site_mark()] == ["media.E001"]


@pytest.mark.django_db
def test_the_mark_of_the_site_is_beside_its_name_in_masthead_and_footer(client, own_mark):
    html = client.get("/topics/").content.decode()
    assert html.count(f'<img class="logo" src="{icon_url("icon_192")}"') == 2
    assert '<svg class="logo"' not in html


@pytest.mark.django_db
def test_without_a_mark_of_the_site_ours_is_beside_its_name(client):
    html = client.get("/topics/").content.decode()
    assert '<img class="logo"' not in html
    assert html.count('<svg class="logo"') == 2
