"""What scripts open, such as dialogs and cards: light and dark, narrow and wide, left-to-right and right-to-left.

Closed pages are in ``test_every_page`` and ``test_desk_screens``. A state is opened in each direction and width, so that
each pair of direction, width and colour scheme occurs; at full length, in both schemes each time.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from newsroom.http import clock
from stories import publishing
from stories.drafts import revisions
from stories.models import Story, WorkTopic
from stories.publishing import review
from stories.workflow import comments
from tests.browser.faults import find_faults
from tests.conftest import FULL_LENGTH
from tests.factories import (
    make_article,
    make_image,
    make_outlet,
    make_published_story,
    make_story,
    make_topic,
    make_update,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True)

HEIGHT = 844
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PHONE, DESKTOP = 390, 1280
WIDTHS = (DESKTOP, PHONE)
DIRECTIONS = {"ltr": "en", "rtl": "ar"}
WITHOUT_SHEET = "delete navigator.share; delete Navigator.prototype.share"


@dataclass(frozen=True)
class State:
    """What ``open`` opens on the page with this name; ``shown`` is a CSS selector for it."""

    name: str
    page: str
    shown: str
    open: Callable[[Page], object]
    widths: Iterable[int] = WIDTHS


def click(selector: str) -> Callable[[Page], None]:
    """Return a function that clicks the first visible element that a CSS selector matches."""
    return lambda page: page.locator(selector).locator("visible=true").first.click()


def then(*steps: Callable[[Page], object]) -> Callable[[Page], None]:
    """Return a function that takes several steps."""

    def take(page: Page) -> None:
        for step in steps:
            step(page)

    return take


def open_checks(page: Page) -> None:
    """Show the panel with checks, people and history, which is a sheet on narrow windows."""
    button = page.locator(".to-checks")
    if button.is_visible():
        button.click()


def type_into(selector: str, words: str) -> Callable[[Page], None]:
    """Return a function that types into the first visible field that a CSS selector matches."""
    return lambda page: page.locator(selector).locator("visible=true").first.press_sequentially(words)


def choose_first_picture(page: Page) -> None:
    page.locator("dialog.picture-dialog .picture-grid input").first.check()
    page.locator("dialog.picture-dialog [data-continue]").click()


def propose_topic(page: Page) -> None:
    page.get_by_role("button", name="Add a topic").click()
    page.get_by_role("region", name="Topics").get_by_role("combobox", name="Name").last.press_sequentially("Hask lock")
    page.get_by_text("New topic “Hask lock”").click()


PUBLIC_STATES = (
    State("contents", "story", ".contents-sheet", then(
        lambda page: page.locator("#sources").scroll_into_view_if_needed(), click('.jump a[href="#contents"]')
    ), (PHONE,)),
    State("follow", "story", "details.follow[open]", click("details.follow > summary")),
    State("share", "story", ".reader-tools", click(".reader-tools button")),
    State("page facts", "story", ".page-facts details[open]", click(".page-facts summary")),
    State("source card", "story", "#card", click(".prose .cite")),
    State("topic card", "story", "#card", click(".prose .topic")),
    State("since your visit", "story", "[aria-labelledby=visit-heading]", click("[aria-labelledby=visit-heading] summary")),
    State("menu", "front", "#menu", click("[popovertarget=menu]"), (PHONE,)),
    State("search filters", "search", "details.search-filters[open]", click("details.search-filters > summary")),
    State("embed", "embed", "body", lambda page: None),
)  # fmt: skip
DESK_STATES = (
    State("menu", "draft", ".desk-menu", lambda page: page.get_by_text(
        "More" if width_of(page) >= 1024 else "Menu", exact=True
    ).first.click()),
    State("outline", "draft", "#outline", lambda page: page.locator(".to-outline").evaluate("each => each.click()")),
    State("picture dialog", "draft", "dialog.picture-dialog", click("[data-choose]")),
    State("described picture", "draft", "dialog.picture-dialog .picture-crops", then(
        click("[data-choose]"), choose_first_picture
    )),
    State("send for review", "draft", "#send-dialog", lambda page: page.locator(
        '[data-opens-dialog="send-dialog"]'
    ).first.evaluate("each => each.click()")),
    State("return", "in review", "#return-dialog", then(
        lambda page: page.locator("section.review > details").evaluate("each => { each.open = true; }"),
        click('[data-opens-dialog="return-dialog"]'),
    )),
    State("new name", "draft", "dialog.new-name", propose_topic),
    State("merge a name", "draft", "[data-merge-fields]", click("[data-merge]")),
    State("mentions", "draft", "[role=listbox]", then(open_checks, type_into("textarea[data-mentions]", "@a"))),
    State("comments", "draft", "#comments", then(open_checks, lambda page: page.locator("#comments").get_by_text(
        "Answer", exact=True
    ).first.click())),
    State("messages", "scheduled", "details.notices[open]", click("details.notices > summary"), (PHONE,)),
    State("correction", "publish", "#content", lambda page: page.get_by_label("Correction").first.check()),
    State("filters", "list", "#changelist-filter", type_into("#changelist-filter [name=topic]", "port")),
)  # fmt: skip


def width_of(page: Page) -> int:
    """Return the width of the window in CSS pixels."""
    assert page.viewport_size
    return page.viewport_size["width"]


def make_public_pages(open_page: Callable[..., Page], *, right_to_left: bool) -> tuple[Page, dict[str, str]]:
    """Make a story that changed after a reader's visit; return that reader's page, and addresses keyed by name."""
    topic = make_topic(name="Kelmar barrier", description="A row of nine gates.")
    courier = make_outlet(name="Lisle Courier", owner="The Marwick family")
    words: dict[str, Any] = {"language": "ar", "headline": "لماذا أُغلق الرصيف الشمالي"} if right_to_left else {}
    story = make_published_story(
        outlets=(courier, make_outlet()),
        articles=(make_article(outlet=courier, title="Seven down, two up", author="Ruth Marwick"),),
        topics=(topic,),
        texts={"happened": "The Kelmar barrier failed.[@1]", "background": "The limit was nine tonnes."},
        **words,
    )
    address = f"/stories/{story.slug}/"
    page = open_page(address, viewport={"width": DESKTOP, "height": HEIGHT})
    page.add_init_script(WITHOUT_SHEET)
    story.sections.filter(kind="background").update(text="The limit was ten tonnes.")
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=make_update("The limit was ten."))
    prefix = "/ar" if right_to_left else ""
    return page, {
        "story": address,
        "front": f"{prefix}/",
        "search": f"{prefix}/search/?q=barrier",
        "embed": f"{address}embed/",
    }


def make_desk_pages() -> dict[str, str]:
    """Make works in several states, and return the addresses of their screens, keyed by name."""
    editor, writer = make_user(first_name="Ana", last_name="Kestrel"), make_user(role="Writer")
    make_image(title="The harbour", alt="A harbour.", credit="Ida Sund")
    draft = make_story(topics=(make_topic(name="Port Lisle"),), owner=editor)
    WorkTopic.objects.create(work=draft, proposed_name="Philippa Oduya", description="An engineer.")
    revisions.record_revision(draft, by=editor)
    comments.add_comment(draft, text="Who weighed the lorries?", by=editor, at=clock.now())
    reviewed, scheduled, live = make_story(), make_story(), make_published_story()
    review.send_for_review(reviewed, by=writer, note="The tonnes are new.")
    publishing.schedule(scheduled, by=editor, at=clock.now() + timedelta(days=3))
    live.standfirst = "Lorries go round."
    live.save()
    revisions.record_revision(live, by=editor)

    def address(story: Story, screen: str = "change") -> str:
        return reverse(f"admin:stories_story_{screen}", args=[story.pk])

    return {
        "draft": address(draft),
        "in review": address(reviewed),
        "scheduled": address(scheduled),
        "publish": address(live, "publish"),
        "list": reverse("admin:stories_story_changelist"),
    }


def find_faults_of(
    page: Page, states: Iterable[State], addresses: dict[str, str], *, direction: str
) -> dict[str, object]:
    """Open each state in each width, and return the faults, keyed by state, width and colour scheme."""
    faults: dict[str, object] = {}
    for state in states:
        for width in state.widths:
            schemes = SCHEMES if FULL_LENGTH else (SCHEMES[(direction == "rtl") ^ (width == PHONE)],)
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.emulate_media(color_scheme=schemes[0])
            page.goto(addresses[state.page])
            page.evaluate(
                "([dir, lang]) => Object.assign(document.documentElement, { dir, lang })",
                [direction, DIRECTIONS[direction]],
            )
            state.open(page)
            expect(page.locator(state.shown).locator("visible=true").first, state.name).to_be_visible()
            for scheme in schemes:
                page.emulate_media(color_scheme=scheme)
                page.evaluate("Promise.allSettled(document.getAnimations().map((each) => each.finished))")
                if found := find_faults(page, width, within=state.shown):
                    faults[f"{state.name}, {width}, {scheme}"] = found
    return faults


@pytest.mark.usefixtures("four_languages")
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_what_readers_open_has_no_faults(open_page, direction):
    page, addresses = make_public_pages(open_page, right_to_left=direction == "rtl")
    assert find_faults_of(page, PUBLIC_STATES, addresses, direction=direction) == {}


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_what_people_at_the_desk_open_has_no_faults(open_page, direction):
    addresses = make_desk_pages()
    page = open_page(as_=make_user(role="Administrator", first_name="Ana", last_name="Kestrel-Oduya"))
    page.on("dialog", lambda dialog: dialog.accept())
    assert find_faults_of(page, DESK_STATES, addresses, direction=direction) == {}
