"""How share images look: where their parts are, and that they look as in the kept images that people have approved.

The folder ``share_pictures`` has an image of 300 x 158 pixels for each case. ``UPDATE_SHARE_PICTURES=1`` writes them anew
and fails, so that nobody takes that for a comparison. All fonts of share images are in the project.
"""

import os
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image, ImageChops, ImageFilter

from newsroom.http import clock
from newsroom.media.processing.share_card import (
    INK_2,
    MARGIN,
    PAPER,
    PENCIL,
    CroppedPicture,
    ShareCard,
    draw_card,
    lay_out,
)
from newsroom.media.processing.text_layout import SHAPES_ARABIC
from stories.public.pages.copies.share_image import ShareImage
from tests.factories import make_image, make_outlet, make_published_story, make_topic
from tests.stories.public.structured_data.parse import Page

pytestmark = [pytest.mark.portable, pytest.mark.django_db]

FOLDER = Path(__file__).parent / "share_pictures"
HEADLINE = "Why the north pier of Port Lisle is closed to lorries"
LONG = f"{HEADLINE}, and who knew of the crack in it four years ago"
ARABIC = "لماذا أغلق ميناء تلمار ثلاثة أسابيع"
RED, GREEN = (200, 40, 40), (40, 160, 60)

# The size of a kept image, and of the parts in which two images are compared after both were blurred.
KEPT_SIZE, PART = (300, 158), 10
# The largest mean difference of a part, from 0 to 255. Another release of FreeType may draw the edges of letters in other
# places: by half a pixel of the 1200, which makes a difference of 5. A headline that moves by four pixels makes 30.
TOLERANCE = 8


def make_picture():
    """Return an image whose start half is red and whose end half is green."""
    picture = Image.new("RGB", (1600, 900), RED)
    picture.paste(GREEN, (800, 0, 1600, 900))
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    image = make_image(width=1600, height=900)
    image.file.save("pier.png", ContentFile(buffer.getvalue(), name="pier.png"), save=True)
    return image


def make_page(*, outlets=6, **fields):
    topic = make_topic(name=fields.pop("topic", "North pier"), description="A pier with nine pillars.")
    story = make_published_story(
        topics=(topic,), outlets=tuple(make_outlet() for _ in range(outlets)), **{"headline": HEADLINE, **fields}
    )
    return reverse("story", args=[story.slug])


def make_topic_page():
    topic = make_topic(name="Port Lisle", kind="place", description="A town of 31,000 at the mouth of the Tessen.")
    make_published_story(topics=(topic,))
    return topic.get_absolute_url()


CASES = {
    "picture": lambda: make_page(lead_image=make_picture(), lead_alt="The pier at low water"),
    "no_picture": make_page,
    "long_headline": lambda: make_page(headline=LONG, lead_image=make_picture(), lead_alt="The pier"),
    "topic": make_topic_page,
    "front_page": lambda: "/",
    # Without libfribidi, Arabic is left out; tests/newsroom/media/processing/test_share_card.py has this case.
    **(
        {
            "arabic": lambda: make_page(
                language="ar", headline=ARABIC, topic="ميناء تلمار", lead_image=make_picture(), lead_alt="الميناء"
            )
        }
        if SHAPES_ARABIC
        else {}
    ),
}


@pytest.fixture(params=CASES)
def case(request, client):
    """Return the name of a case, the share image that its page names, and the JPEG that the site answers."""
    page = Page(client.get(CASES[request.param]()).content.decode())
    address = page.meta("og:image").removeprefix("http://testserver")
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    kind, *_, uid, _ = address.split("/")[1:]
    assert kind == "share"
    share_image = ShareImage.load_list("en-gb", "site") if uid == "site" else ShareImage.load(UUID(uid), at=clock.now())
    return request.param, share_image, Image.open(BytesIO(response.content)).convert("RGB")


def reduce_image(image):
    return image.resize(KEPT_SIZE, Image.Resampling.BOX)


def compare(kept, image):
    """Return the largest mean difference of a part of two reduced images, in any of the three colours."""
    blurred = (each.filter(ImageFilter.BoxBlur(1)) for each in (kept, image))
    parts = ImageChops.difference(*blurred).resize((30, 15), Image.Resampling.BOX)
    return max(largest for _, largest in parts.getextrema())


def test_the_image_looks_as_it_did_when_it_was_approved(case):
    name, _, image = case
    path = FOLDER / f"{name}.png"
    if os.environ.get("UPDATE_SHARE_PICTURES") == "1":
        reduce_image(image).quantize(128, kmeans=3, dither=Image.Dither.NONE).save(path, optimize=True)
        pytest.fail("The image was written; look at it, then run without UPDATE_SHARE_PICTURES.")
    assert compare(Image.open(path).convert("RGB"), reduce_image(image)) <= TOLERANCE


def find_ink(image, box):
    """Return the bounding box of the letters inside ``box``. The lines of the pattern are pale or blue."""
    found = image.getchannel("B").crop(box).point(lambda value: 255 if value < 120 else 0).getbbox()
    assert found
    return (found[0] + box[0], found[1] + box[1], found[2] + box[0], found[3] + box[1])


def list_bars(image, left, right):
    """Return where each line of the tally begins, between two columns of the image."""
    dark = [image.getpixel((x, 486))[2] < 100 for x in range(left, right)]
    return [left + x for x, (before, now) in enumerate(pairwise([False, *dark])) if now and not before]


def test_headline_picture_and_tally_are_in_their_boxes_and_none_is_cut(case):
    name, share_image, image = case
    card = share_image.card
    has_picture = name in {"picture", "long_headline", "arabic"}
    layout = lay_out(card, has_picture=has_picture)
    is_rtl = name == "arabic"
    picture = ((0, 0, 540, 630) if is_rtl else (660, 0, 1200, 630)) if has_picture else None
    assert layout.picture == picture
    left, right = (540 if is_rtl and picture else 0), (660 if picture and not is_rtl else 1200)

    top = layout.headline[1]
    ink = find_ink(image, (left, top - 8, right, layout.headline[3] + 16))
    assert layout.headline[0] - 6 <= ink[0] < ink[2] <= layout.headline[2] + 6
    widest = max(layout.letters.width(line) for line in layout.lines)
    assert abs((ink[2] - ink[0]) - widest) <= 0.12 * layout.letters.size + 4, "a line is cut"
    assert 60 <= ink[1] < ink[3] <= 460
    assert (len(layout.lines) == 4) == (name == "long_headline")
    assert "…" not in "".join(layout.lines)

    bars = list_bars(image, left, left + 260) if not is_rtl else list_bars(image, right - 60 - 15 * 6, right)
    if card.outlets:
        start = 1200 - MARGIN - 6 - 15 * 5 if is_rtl else MARGIN
        assert bars[:6] == [start + 15 * number for number in range(6)]

    if picture:
        for x, colour in ((picture[0] + 40, RED), (picture[2] - 40, GREEN)):
            for y in (5, 315, 625):
                assert all(abs(a - b) <= 12 for a, b in zip(image.getpixel((x, y)), colour, strict=True))


def draw_example():
    picture = Image.new("RGB", (1600, 900), RED)
    picture.paste(GREEN, (800, 0, 1600, 900))
    card = ShareCard(
        "Newsroom", "North pier", HEADLINE, note="6 outlets", outlets=6, picture=CroppedPicture("a", 50, 50)
    )
    return card, Image.open(BytesIO(draw_card(card, picture))).convert("RGB")


def move(image, box, by):
    """Return a copy of the image in which the content of ``box`` is moved by so many pixels."""
    moved = image.copy()
    moved.paste(PAPER, box)
    moved.paste(image.crop(box), (box[0] + by[0], box[1] + by[1]))
    return moved


def fill(image, box, colour=PAPER):
    filled = image.copy()
    filled.paste(colour, box)
    return filled


def recolour(image, box, colour):
    """Return a copy of the image in which the letters inside ``box`` have another colour."""
    letters = image.getchannel("B").crop(box).point(lambda value: 255 - value)
    recoloured = fill(image, box)
    recoloured.paste(Image.new("RGB", letters.size, colour), box[:2], letters)
    return recoloured


def test_the_comparison_notices_what_people_would_see_and_nothing_else():
    card, image = draw_example()
    headline = lay_out(card, has_picture=True).headline
    tally, picture = (MARGIN, 460, MARGIN + 90, 510), (660, 0, 1200, 630)
    changes = {
        "headline lower": move(image, headline, (0, 4)),
        "headline further right": move(image, headline, (4, 0)),
        "headline cut": fill(image, (headline[0], headline[3] - 24, *headline[2:])),
        "headline blue": recolour(image, headline, PENCIL),
        "headline grey": recolour(image, headline, INK_2),
        "tally lower": move(image, tally, (0, 4)),
        "one line fewer": fill(image, (MARGIN + 75, 460, MARGIN + 90, 510)),
        "picture moved": move(image, picture, (8, 0)),
        "picture shifted inside its box": fill(image, (930, 0, 938, 630), RED),
        "paper of another shade": image.point(lambda value: max(0, value - 12)),
    }
    kept = reduce_image(image)
    assert {
        name: compare(kept, reduce_image(each))
        for name, each in changes.items()
        if compare(kept, reduce_image(each)) <= TOLERANCE
    } == {}
    softer = Image.blend(image, image.filter(ImageFilter.GaussianBlur(1)), 0.5)
    half = image.transform(image.size, Image.Transform.AFFINE, (1, 0, 0.4, 0, 1, 0.4), Image.Resampling.BILINEAR)
    for same in (softer, half):
        assert compare(kept, reduce_image(same)) <= TOLERANCE
