"""The embed in Chromium, with the texts of every demonstration story: it fills its frame and never scrolls."""

import pytest
from django.utils import timezone

from stories.demo import documents, files
from stories.documents.render import render_for_edition
from stories.editions.models import Edition
from stories.public.pages.copies.embed import Embed
from tests.factories import make_image, make_published_story, make_topic

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = ((600, 520), (320, 640))
MAX_EMPTY = 80
FILL = """([topic, title, happened, voices, language, hasPicture]) => {
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
  const find = (selector) => document.querySelector(selector);
  find(".label").textContent = topic;
  find("h1").textContent = title;
  find(".happened").textContent = happened;
  find(".voices").replaceChildren(...voices.map(([outlets, words]) => {
    const item = document.createElement("li"), name = document.createElement("strong");
    name.textContent = outlets;
    item.append(name, words);
    return item;
  }));
  find(".lead").hidden = !hasPicture;
  find(".lead").style.display = hasPicture ? "" : "none";
  const parts = [...find("article").children].filter((part) => part.offsetHeight);
  const boxes = parts.map((part) => part.getBoundingClientRect());
  const gaps = boxes.slice(1).map((box, index) => box.top - boxes[index].bottom);
  return {
    overflow: Math.max(
      document.documentElement.scrollHeight - innerHeight, document.documentElement.scrollWidth - innerWidth,
      find("article").scrollHeight - find("article").clientHeight, boxes.at(-1).bottom - innerHeight,
    ),
    empty: Math.max(boxes[0].top, ...gaps, innerHeight - boxes.at(-1).bottom),
    overlap: Math.max(0, ...gaps.map((gap) => -gap)),
  };
}"""


def build_embeds() -> dict[str, list[object]]:
    """Return what the embed of each demonstration story shows, by key."""
    today = timezone.localdate()
    shown: dict[str, list[object]] = {}
    for key in files.load_stories(today):
        story = documents.build_explainer(key, today=today)
        columns = render_for_edition(story).columns()
        embed = Embed(Edition(title=story.headline, language=story.language, **columns), story.topics[0].name)
        voices = [[voice.outlets, voice.words] for voice in embed.voices]
        shown[key] = [embed.topic, embed.edition.title, embed.happened, voices, story.language]
    return shown


@pytest.mark.parametrize("size", SIZES)
def test_every_demonstration_story_fills_its_embed_without_scrolling(open_page, size):
    make_published_story(
        slug="pier", topics=(make_topic(),), lead_image=make_image(width=1600, height=900), lead_alt="The pier"
    )
    requests: list[str] = []
    page = open_page("/stories/pier/", viewport={"width": size[0], "height": size[1]})
    page.on("request", lambda request: requests.append(request.url))
    page.goto(page.url + "embed/")
    page.wait_for_load_state("networkidle")
    origin = page.evaluate("location.origin")
    assert [url for url in requests if not url.startswith(f"{origin}/")] == []
    faults = {}
    for key, shown in build_embeds().items():
        assert len(shown[3]) >= 3, key
        for has_picture in (True, False):
            found = page.evaluate(FILL, [*shown, has_picture])
            if found["overflow"] > 0 or found["empty"] > MAX_EMPTY or found["overlap"] > 12:
                faults[key, has_picture] = found
    assert faults == {}
