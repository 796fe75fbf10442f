"""A click or a tap in the middle of a mark in the text of a demonstration story reaches that mark."""

from collections import Counter

import pytest

from newsroom.http import clock
from stories.models import Edition, Story
from tests.browser.targets import WINDOWS
from tests.stories.demo.seed import STORIES_BY_KEY, seed_stories, small_pictures

pytestmark = pytest.mark.django_db(transaction=True)

# Scripts that show what is folded, and that return the numbers of marks in the text by element, and those that are
# missed in the middle of one of their lines.
OPEN_ALL = "() => { for (const each of document.querySelectorAll('main details')) each.open = true; }"
REACH_MARKS = """() => {
  const counted = {}, missed = [];
  for (const mark of document.querySelectorAll("main :is(a.cite, button.claimed)")) {
    if (!mark.checkVisibility()) continue;
    counted[mark.tagName] = (counted[mark.tagName] ?? 0) + 1;
    mark.scrollIntoView({ block: "center", behavior: "instant" });
    for (const { x, y, width, height } of mark.getClientRects()) {
      const hit = document.elementFromPoint(x + width / 2, y + height / 2);
      if (hit?.closest("a, button") !== mark) missed.push(`${mark.id || mark.textContent} ${hit?.outerHTML.slice(0, 80)}`);
    }
  }
  return [counted, missed];
}"""


def test_every_citation_and_tally_of_every_demonstration_story_is_reached(open_page, settings, tmp_path):
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    with small_pictures():
        seed_stories(*STORIES_BY_KEY)
    page, faults, found = open_page(), {}, Counter[str]()
    for edition in Edition.objects.live(clock.now()).filter(work__in=Story.objects.all()):
        page.goto(edition.get_absolute_url())
        page.evaluate(OPEN_ALL)
        for width, height in WINDOWS.items():
            page.set_viewport_size({"width": width, "height": height})
            counted, missed = page.evaluate(REACH_MARKS)
            found.update(counted)
            if missed:
                faults[edition.slug, width] = missed
    assert faults == {}
    assert found["A"] > 100
    assert found["BUTTON"] >= len(WINDOWS)
