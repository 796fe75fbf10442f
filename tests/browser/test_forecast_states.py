"""The states of forecasts, told apart by shape and by name."""

import pytest

from tests.browser.shapes import LOOKS, find_equal, read_shape, remove_colours
from tests.stories.forecasts import publish_forecasts

pytestmark = pytest.mark.django_db(transaction=True)

STATES = {
    "open": "Open",
    "came_true": "Came true",
    "in_part": "In part",
    "not_true": "Did not come true",
    "void": "Void",
}
# The place of the drawing before the words of a state.
DRAWING = """(mark) => {
  const { x, y, height } = mark.getBoundingClientRect();
  return { x: x - 1, y, height, width: parseFloat(getComputedStyle(mark, "::before").inlineSize) + 2 };
}"""


@pytest.mark.parametrize("look", LOOKS)
def test_void_and_every_other_state_have_a_shape_and_a_name_of_their_own(open_page, look):
    story = publish_forecasts(*({"state": state} for state in STATES))
    for path in (f"/stories/{story.slug}/", "/forecasts/"):
        page = open_page(path, device_scale_factor=4, **LOOKS[look])
        if look == "greyscale":
            remove_colours(page)
        marks = page.locator("main .state-mark").all()
        assert sorted(mark.inner_text() for mark in marks) == sorted(STATES.values())
        drawings = []
        for mark in marks:
            mark.scroll_into_view_if_needed()
            drawings.append(read_shape(page.screenshot(clip=mark.evaluate(DRAWING))))
        assert find_equal(drawings) == []
