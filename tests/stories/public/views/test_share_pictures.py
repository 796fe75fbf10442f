"""Share images: they are public while their page is, and their address changes with their content."""

from io import BytesIO

import pytest
from PIL import Image

from newsroom.http import clock
from newsroom.media.processing import normalize
from newsroom.media.processing.share_card import draw_card
from stories import publishing
from stories.drafts import revisions
from stories.public.pages.copies import share_image
from stories.public.pages.copies.share_image import ShareImage
from tests.factories import (
    make_image,
    make_outlet,
    make_published_question,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_update,
    make_user,
)

pytestmark = pytest.mark.django_db


def get_address(owner):
    return ShareImage.load(owner.uid, at=clock.now()).url


@pytest.fixture
def drawn_cards(monkeypatch):
    """Return a list that records each card that is drawn."""
    cards = []

    def draw(card, picture=None):
        cards.append(card)
        return draw_card(card, picture)

    share_image._draw.cache_clear()
    monkeypatch.setattr(share_image, "draw_card", draw)
    return cards


def test_stories_questions_topics_and_outlets_have_share_images(client):
    topic, outlet = make_topic(description="A pier with *nine* pillars."), make_outlet()
    for owner in (make_published_story(topics=(topic,), outlets=(outlet,)), make_published_question(), topic, outlet):
        response = client.get(get_address(owner))
        assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
        assert Image.open(BytesIO(response.content)).size == (1200, 630)
        assert len(response.content) < 300_000


def test_text_runs_from_the_right_on_a_site_in_arabic(settings):
    topic, outlet = make_topic(), make_outlet()
    assert [ShareImage.of_topic(topic).card.is_rtl, ShareImage.of_outlet(outlet).card.is_rtl] == [False, False]
    settings.LANGUAGE_CODE = "ar"
    assert [ShareImage.of_topic(topic).card.is_rtl, ShareImage.of_outlet(outlet).card.is_rtl] == [True, True]


@pytest.mark.usefixtures("four_languages")
def test_lists_have_share_images_with_their_name_in_their_language(client):
    addresses = {ShareImage.load_list(language, "topics").url for language in ("en-gb", "de", "ar")}
    assert len(addresses) == 3
    for address in (*addresses, ShareImage.load_list("de", "site").url):
        response = client.get(address)
        assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    assert ShareImage.load_list("ar", "topics").card.is_rtl
    for wrong in ("/share/fr/topics/a.jpg", "/share/de/story/a.jpg", "/share/de/never-was/a.jpg"):
        assert client.get(wrong).status_code == 404
    assert client.get("/share/de/topics/0123456789abcdef.jpg").status_code == 301


def test_a_large_lead_picture_is_in_the_share_image_and_in_its_alternative_text(client, drawn_cards):
    image = make_image(width=1600, height=900)
    story = make_published_story(lead_image=image, lead_alt="The pier at low water")
    picture = ShareImage.load(story.uid, at=clock.now())
    assert picture.alt == f"{story.headline} – The pier at low water"
    assert picture.card.picture == (image.digest, image.focal_x, image.focal_y)
    assert client.get(picture.url).status_code == 200
    assert [card.picture for card in drawn_cards] == [picture.card.picture]


def test_a_low_lead_picture_is_left_out():
    story = make_published_story(lead_image=make_image(width=1600, height=600), lead_alt="The pier")
    picture = ShareImage.load(story.uid, at=clock.now())
    assert (picture.card.picture, picture.alt) == (None, story.headline)


def test_a_share_image_is_drawn_without_a_picture_whose_file_is_lost(client):
    image = make_image(width=1600, height=900)
    story = make_published_story(lead_image=image, lead_alt="The pier")
    image.file.storage.delete(image.file.name)
    assert client.get(get_address(story)).status_code == 200


def test_a_reader_waits_only_so_long_while_other_images_are_made(client, monkeypatch):
    monkeypatch.setattr(share_image, "MAX_WAIT", 0.01)
    story = make_published_story(lead_image=make_image(width=1600, height=900), lead_alt="The pier")
    url = ShareImage.load(story.uid, at=clock.now()).url
    with normalize.RENDITION_LOCK:
        busy = client.get(url)
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")
    assert client.get(url).status_code == 200


def test_the_former_address_of_a_png_redirects(client):
    story = make_published_story()
    response = client.get(f"/share/{story.uid}/0123456789abcdef.png")
    assert (response.status_code, response["Location"]) == (301, get_address(story))


def test_the_card_has_headline_topic_outlets_and_direction():
    story = make_published_story(language="de", topics=(make_topic(name="Nordpier"),))
    card = ShareImage.load(story.uid, at=clock.now()).card
    assert (card.headline, card.label, card.outlets) == (story.headline, "Nordpier", 2)
    assert not card.is_rtl
    assert ShareImage.load(make_published_story(language="ar").uid, at=clock.now()).card.is_rtl


def test_a_new_headline_changes_the_address_and_the_old_one_redirects(client):
    story = make_published_story()
    old = get_address(story)
    story.headline = "Why the north pier is open again"
    story.save()
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=make_update("Open again."))
    new = get_address(story)
    assert new != old
    response = client.get(old)
    assert (response.status_code, response["Location"]) == (301, new)


def test_an_edition_with_the_same_card_has_the_same_address():
    story = make_published_story()
    old = get_address(story)
    story.sections.filter(kind="background").update(text="The limit was ten tonnes.")
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=make_update("The limit."))
    assert get_address(story) == old


def test_pages_that_are_not_public_have_no_share_image(client):
    story, topic = make_published_story(), make_topic()
    address = get_address(story)
    publishing.withdraw(story, by=make_user(), notice="Its source took the numbers back.")
    hidden = [address, *(f"/share/{each.uid}/0123456789abcdef.png" for each in (make_story(), make_question(), topic))]
    assert [client.get(each).status_code for each in hidden] == [404] * 4


def test_a_conditional_request_is_answered_without_drawing(client, drawn_cards):
    address = get_address(make_published_story())
    digest = address.rpartition("/")[2].removesuffix(".jpg")
    response = client.get(address, headers={"If-None-Match": f'"{digest}"'})
    assert (response.status_code, response["ETag"]) == (304, f'"{digest}"')
    assert drawn_cards == []
    assert client.get(address)["ETag"] == f'"{digest}"'
    assert len(drawn_cards) == 1


def test_a_share_image_is_not_compressed_again(client):
    response = client.get(get_address(make_published_story()), headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in response.headers


def test_the_card_of_a_question_has_no_outlets():
    question = make_published_question(topics=(make_topic(name="North pier"),))
    card = ShareImage.load(question.uid, at=clock.now()).card
    assert (card.note, card.outlets) == ("North pier", 0)
    assert card.label not in {"", "North pier"}
