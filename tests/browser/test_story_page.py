"""The page of a story on a phone: facts first, three groups of sections, the bar at the foot, and on paper."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from newsroom.site.models import DemonstrationWork
from stories import publishing
from stories.demo import files
from stories.drafts import revisions
from stories.models import Citation, Story
from tests.browser.faults import MAX_SHIFT, SHIFTS
from tests.factories import (
    make_article,
    make_author,
    make_image,
    make_outlet,
    make_published_question,
    make_question,
    make_story,
    make_topic,
    make_update,
    make_user,
)
from tests.pdf import Sheet, read_sheets, remove_space

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}
HIDDEN_WORDS = re.compile(r"Source \d+|Wrong: |Right: ")
ARTICLES = "https://office.example/first/files/"  # with letters that fonts join
FOOT = 60  # points, with the margin below it
SENTENCE = (
    "The survey of the pier found {} cracks in its third pillar, and the office closed the lane for some weeks.[@{}] "
)
TIMELINE = "- 2026-11-09 — The pier is closed.[@1]\n- 2026-11-11 — Divers go down."
UNKNOWNS = "- [open, since 9 November] Who knew?\n  Nobody says.\n- [answered, 10 November] Who paid?\n  The city."


@pytest.fixture
def address(db):
    """Return the address of a long story with every group of sections, and with a correction and an update."""
    editor = make_user()
    make_author(name="Ana Kestrel")
    outlets = [make_outlet(country="Vessara") for _ in range(6)]
    text = "".join(SENTENCE.format(number + 11, number % 6 + 1) for number in range(9))
    story = make_story(
        headline="Why the north pier of Port Lisle is closed to lorries",
        slug="pier",
        outlets=tuple(outlets),
        articles=tuple(make_article(outlet=outlet, url=f"{ARTICLES}{outlet.slug}") for outlet in outlets),
        topics=tuple(make_topic(description=f"Pier {number} of the harbour.") for number in range(4)),
        questions=(make_published_question(by=editor, question="Who pays for the pier?"),),
        texts={"behind": f"{text}\n\nThe barrier has eleven gates.\n\n{text}", "background": text},
        method_note="Written by two people.",
        lead_image=make_image(),
        lead_alt="The pier",
        lead_credit="Ida Sund",
        byline=("Ana Kestrel",),
    )
    for position, (kind, heading, words) in enumerate(
        [("timeline", "Timeline", TIMELINE), ("unknowns", "What we don’t know yet", UNKNOWNS), ("next", "Next", text)]
    ):
        story.sections.create(kind=kind, heading=heading, text=words, position=50 + position)
    article = story.citations.get(number=1).article
    story.figures.create(value="4,200", counts="lorries", according_to="Harbour office", article=article)
    publishing.publish(story, by=editor)
    for wrong, right, change in (("eleven", "nine", None), ("closed", "shut", make_update("The lane is shut."))):
        section = story.sections.get(kind="behind")
        section.text = section.text.replace(wrong, right)
        section.save()
        revisions.record_revision(story, by=editor)
        if change:
            publishing.publish(story, by=editor, change=change)
        else:
            sentences = ("The barrier has eleven gates.", "The barrier has nine gates.")
            publishing.correct(story, by=editor, was_wrong=sentences[0], is_right=sentences[1])
    return "/stories/pier/"


@pytest.fixture
def question_address(db):
    """Return the address of a question with sources, topics, a correction, and two stories that ask it."""
    editor = make_user()
    topics = tuple(make_topic(description=f"Pier {number} of the harbour.") for number in range(3))
    faq = make_question(
        slug="limits",
        topics=topics,
        short_answer="The state decides on the limits.[@1]",
        introduction=f"The harbour has nine piers.[@2] {SENTENCE.format(9, 1)}",
        answers=3,
    )
    for number in (1, 2):
        Citation.objects.create(work=faq, number=number, article=make_article(outlet=make_outlet(country="Vessara")))
    faq.answers.update(text="".join(SENTENCE.format(number, 2) for number in range(4)))
    revisions.record_revision(faq, by=editor)
    publishing.publish(faq, by=editor)
    faq.short_answer = "The harbour office decides on the limits.[@1]"
    faq.save()
    revisions.record_revision(faq, by=editor)
    sentences = ("The state decides on the limits.", "The harbour office decides on the limits.")
    publishing.correct(faq, by=editor, was_wrong=sentences[0], is_right=sentences[1])
    for _ in range(2):
        publishing.publish(make_story(questions=(faq,), topics=topics), by=editor)
    return "/questions/limits/"


# The folds that readers find closed are closed again, cards are closed, and the window shows the other end of the page.
RESET = """([hash, folded]) => {
    document.querySelectorAll(":popover-open").forEach((each) => each.hidePopover());
    document.querySelectorAll("article details").forEach((fold, index) => (fold.open = !folded.includes(index)));
    const target = document.getElementById(decodeURIComponent(hash.slice(1)));
    const isHigh = target && target.getBoundingClientRect().top + scrollY < document.documentElement.scrollHeight / 2;
    scrollTo(0, isHigh ? document.documentElement.scrollHeight : 0);
}"""
LIST_FOLDED = (
    """() => [...document.querySelectorAll("article details")].flatMap((fold, index) => fold.open ? [] : [index])"""
)
LIST_FRAGMENTS = """() => {
    const own = [...document.links].filter((link) => link.hash && link.pathname === location.pathname);
    return [...new Set(own.map((link) => link.hash))];
}"""
CLICK = """(hash) => {
    [...document.links].find((link) => link.hash === hash && link.pathname === location.pathname).click();
}"""
# The text of what a link leads to and is in the window, or of the card that a citation or a topic opens instead.
READ_SHOWN = """(hash) => {
    const card = document.querySelector(".reference-card:popover-open, .contents-sheet:popover-open");
    const shown = card ?? document.getElementById(decodeURIComponent(hash.slice(1)));
    if (!shown?.checkVisibility({ contentVisibilityAuto: true, opacityProperty: true, visibilityProperty: true })) {
        return "";
    }
    // The bar at the foot is 48 pixels high.
    const isInWindow = [...shown.getClientRects()].some(({ top, bottom, left, right }) =>
        bottom > top && bottom > 0 && top < innerHeight - 48 && right > 0 && left < innerWidth);
    return isInWindow ? shown.innerText.trim() : "";
}"""


def is_shown_soon(page: Page, fragment: str) -> bool:
    """Return whether the fragment leads to visible text in the window within a second."""
    for _ in range(20):
        if page.evaluate(READ_SHOWN, fragment):
            return True
        page.wait_for_timeout(50)
    return False


def find_dead_fragments(page: Page) -> list[str]:
    """Follow each fragment to which the page links, and return those that don't lead to visible text in the window.

    Each is clicked, and then followed from the address, because a click may open a card instead.
    """
    dead = []
    folded, fragments = page.evaluate(LIST_FOLDED), page.evaluate(LIST_FRAGMENTS)
    assert len(fragments) > 9
    for fragment in fragments:
        for way, follow in (("click", CLICK), ("address", "(hash) => { location.hash = hash; }")):
            page.evaluate("() => { location.hash = ''; }")
            page.evaluate(RESET, [fragment, folded])
            page.evaluate(follow, fragment)
            if not is_shown_soon(page, fragment):
                dead.append(f"{fragment} ({way})")
    return dead


@pytest.mark.parametrize("has_scripts", [True, False])
def test_every_fragment_of_a_story_leads_to_visible_text(open_page, address, has_scripts):
    page = open_page(address, viewport=PHONE, java_script_enabled=has_scripts)
    if has_scripts:
        expect(page.locator(".know")).not_to_have_attribute("open", "")
    else:
        expect(page.locator(".know")).to_have_attribute("open", "")
    assert find_dead_fragments(page) == []


@pytest.mark.parametrize("has_scripts", [True, False])
def test_every_fragment_of_a_question_leads_to_visible_text(open_page, question_address, has_scripts):
    page = open_page(question_address, viewport=PHONE, java_script_enabled=has_scripts)
    assert find_dead_fragments(page) == []


def test_without_scripts_the_bar_leads_up_to_the_list_of_contents(open_page, address):
    page = open_page(address, viewport=PHONE, java_script_enabled=False)
    expect(page.locator("#sources-heading")).to_be_visible()
    page.get_by_role("navigation", name="Jump to").get_by_role("link", name="Contents").click()
    expect(page.get_by_role("navigation", name="Contents").get_by_role("link", name="Sources")).to_be_in_viewport()


def test_no_focused_element_lies_under_the_bar(open_page, address):
    page = open_page(viewport=PHONE)
    page.add_init_script(SHIFTS)
    page.goto(address)
    bar = page.get_by_role("navigation", name="Jump to")
    assert page.evaluate("document.querySelector('.jump').getBoundingClientRect().top") >= PHONE["height"]
    covered = []
    seen_bar = False
    for _ in range(200):
        page.keyboard.press("Tab")
        name, bottom, top = page.evaluate(
            """() => {
                const bar = document.querySelector(".jump");
                const focused = document.activeElement;
                const isInBar = bar.contains(focused);
                const rect = focused.getBoundingClientRect();
                return [isInBar ? "bar" : focused.outerHTML.slice(0, 80), rect.bottom, bar.getBoundingClientRect().top];
            }"""
        )
        if name == "bar":
            seen_bar = True
            break
        if bottom > top + 1 and top < PHONE["height"]:
            covered.append(name)
    assert covered == []
    assert seen_bar
    expect(bar.get_by_role("link")).to_have_count(3)
    assert page.evaluate("window.shifts") <= MAX_SHIFT


def test_the_bar_leads_to_contents_sources_and_changes(open_page, address):
    page = open_page(address, viewport=PHONE)
    page.locator("#how-we-got-here").scroll_into_view_if_needed()
    bar = page.get_by_role("navigation", name="Jump to")
    expect(bar).to_be_in_viewport(ratio=0.9)
    assert bar.evaluate("bar => bar.getBoundingClientRect().height") <= 48
    assert all(link.bounding_box()["height"] >= 44 for link in bar.get_by_role("link").all())
    bar.get_by_role("link", name="Contents").click()
    sheet = page.get_by_role("dialog", name="Contents")
    expect(sheet.locator("[aria-current]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    bar.get_by_role("link", name="Sources").click()
    expect(page.locator("#sources-heading")).to_be_in_viewport()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert page.evaluate(
        "document.querySelector('.jump').getBoundingClientRect().bottom"
        " <= document.querySelector('.site-footer').getBoundingClientRect().top"
    )


def test_the_bar_is_hidden_while_a_card_is_open_and_in_low_windows(open_page, address):
    page = open_page(address, viewport=PHONE)
    cite = page.locator("#how-we-got-here .cite").first
    cite.scroll_into_view_if_needed()
    bar = page.get_by_role("navigation", name="Jump to")
    expect(bar).to_be_in_viewport(ratio=0.9)
    cite.click()
    expect(page.locator(".reference-card")).to_be_visible()
    expect(bar).to_be_hidden()
    page.keyboard.press("Escape")
    expect(bar).to_be_visible()
    page.set_viewport_size({"width": 700, "height": 419})
    expect(bar).to_be_hidden()


def test_what_happened_begins_high_in_every_demonstration_story(open_page, address):
    DemonstrationWork.objects.get_or_create(uid="00000000-0000-4000-8000-000000000001")
    page = open_page(address, viewport=PHONE)
    expect(page.locator(".demonstration")).to_be_visible()
    stories = files.load_stories(timezone.localdate())
    topics = files.load_topics()
    begins = {}
    for key, data in stories.items():
        names = [topics[topic].name if topic in topics else topic for topic in data.topics[:2]]
        begins[key] = page.evaluate(
            """([headline, names, language, direction]) => {
                document.documentElement.lang = language;
                document.documentElement.dir = direction;
                document.querySelector("h1").textContent = headline;
                document.querySelector(".path").replaceChildren(...names.map((name) => {
                    const link = document.createElement("a");
                    link.textContent = name;
                    return link;
                }));
                return document.querySelector(".summary .prose p").getBoundingClientRect().top + scrollY;
            }""",
            [data.headline, names, data.language, "rtl" if data.language == "ar" else "ltr"],
        )
    assert len(begins) > 10
    assert {key: top for key, top in begins.items() if top >= 420} == {}


def test_a_question_page_sets_citations_apart_and_its_links_below_the_cards(open_page, question_address):
    page = open_page(question_address, viewport=PHONE)
    citation, question, headline = (
        page.locator(selector).first.evaluate("(each) => getComputedStyle(each).color")
        for selector in (".short-answer .cite", ".narrower a", "h1")
    )
    assert citation != question == headline
    cards, links = page.locator("#topics").bounding_box(), page.locator(".page-end-links .actions").bounding_box()
    assert links["y"] - cards["y"] - cards["height"] >= 16


def test_a_printed_question_says_where_it_comes_from(open_page):
    make_published_question(slug="قفل", language="ar")
    page = open_page("/questions/قفل/")
    text = read_sheets(page.pdf(format="A4"))[0].text
    assert "http://testserver/questions/" in text
    assert "%D9" not in text


def test_on_paper_a_short_answer_is_below_its_label(open_page, question_address):
    page = open_page(question_address)
    page.emulate_media(media="print")
    label, answer = (page.locator(each).bounding_box() for each in (".margin-words", ".short-answer .summary"))
    assert label["y"] + label["height"] <= answer["y"]
    assert label["x"] == answer["x"]


def find_sheets(sheets: list[Sheet], words: str) -> list[int]:
    """Return the numbers of the sheets on which the words are, without regard to white space."""
    return [number for number, sheet in enumerate(sheets) if remove_space(words) in sheet.text]


def test_a_printed_story_breaks_between_its_parts(open_page, address):
    page = open_page(address)
    parts = [
        text
        for selector in (".passage .prose", ".correction-text", ".sources .title")
        for text in page.locator(selector).evaluate_all("(all) => all.map((each) => each.textContent)")
    ]
    addresses = page.locator(".sources .title").evaluate_all("(all) => all.map((each) => each.href)")
    foot = remove_space(page.locator(".print-foot").text_content() or "")
    assert len(addresses) == 6
    assert foot.startswith("NewsroomEdition3,")
    for paper in ("A4", "Letter"):
        sheets = read_sheets(page.pdf(format=paper))
        whole = "".join(sheet.text for sheet in sheets)
        assert len(sheets) > 1
        assert [text for text in parts if not find_sheets(sheets, HIDDEN_WORDS.sub("", text))] == []
        assert [whole.count(remove_space(each)) for each in addresses] == [1] * 6
        assert all(foot in sheet.text for sheet in sheets)
        ends = [
            max(top for top, text in sheet.pieces if text.strip() and top < sheet.height - FOOT) / sheet.height
            for sheet in sheets
        ]
        assert all(end > 2 / 3 for end in ends[:-1])
        assert "Whopaysforthepier?" in whole
        assert "ByAnaKestrel" in whole
        assert "Pier0oftheharbour." not in whole
        assert "Jumpto" not in whole


# Lengths are in points, the height that the picture may have is in millimetres.
READ_PRINTED = """() => {
  const style = (selector, part) => getComputedStyle(document.querySelector(selector), part);
  const bottom = (selector) => document.querySelector(selector).getBoundingClientRect().bottom;
  const starts = [...document.querySelectorAll(".timeline .what")].map((each) => each.getBoundingClientRect().left);
  return {
    text: Math.round(parseFloat(style(".story-body .prose p").fontSize) * 0.75),
    picture: Math.round(parseFloat(style(".lead img").maxBlockSize) * 25.4 / 96),
    hasCreditBelow: bottom(".lead figcaption") > bottom(".lead img"),
    columns: style(".sources").columnCount,
    starts: new Set(starts).size,
    figure: [style(".figures > div").display, style(".figures dd").display, style(".figures dd", "::before").content],
  };
}"""


def test_on_paper_text_is_in_one_column_and_sources_are_in_two(open_page, address):
    page = open_page(address)
    page.emulate_media(media="print")
    assert page.evaluate(READ_PRINTED) == {
        "text": 10, "picture": 60, "hasCreditBelow": True, "columns": "2", "starts": 1,
        "figure": ["block", "inline", '" ("'],
    }  # fmt: skip
    expect(page.get_by_role("link", name="Ana Kestrel")).to_be_visible()


def test_a_story_printed_from_a_phone_has_the_parts_that_are_folded_there(open_page, address):
    page = open_page(address, viewport=PHONE)
    expect(page.locator("#method")).to_be_hidden()
    expect(page.locator(".answered li")).to_be_hidden()
    text = "".join(sheet.text for sheet in read_sheets(page.pdf(format="A4")))
    for words in ("Written by two people.", "Who paid?", ARTICLES):
        assert remove_space(words) in text, words


def test_a_correction_of_an_entry_of_the_timeline_is_in_the_column_of_its_text(open_page, address):
    story = Story.objects.get()
    section = story.sections.get(kind="timeline")
    section.text = section.text.replace("go down", "go in")
    section.save()
    revisions.record_revision(story, by=None)
    publishing.correct(story, by=make_user(), was_wrong="Divers go down.", is_right="Divers go in.")
    page = open_page(address)
    text = page.locator(".timeline .what", has_text="Divers go in.").bounding_box()
    correction = page.locator(".timeline .correction").bounding_box()
    assert (correction["x"], correction["width"]) == (text["x"], text["width"])
    assert correction["y"] >= text["y"] + text["height"]


def test_a_malformed_address_leaves_the_contents_in_order(open_page, address):
    page = open_page(f"{address}#%", viewport=PHONE)
    page.locator(".jump a").first.click()
    expect(page.locator(".contents-sheet").get_by_role("link", name="Sources")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_link_of_a_section_lies_beside_its_heading(open_page, language):
    publishing.publish(make_story(slug="pier", language=language), by=make_user())
    page = open_page("/stories/pier/", viewport=PHONE)
    overlaps = page.evaluate(
        """() => [...document.querySelectorAll(".heading-row")].filter((row) => {
          const words = document.createRange();
          words.selectNodeContents(row.querySelector("h2"));
          const [text, link] = [words.getBoundingClientRect(), row.querySelector(".anchor").getBoundingClientRect()];
          return link.left < text.right && text.left < link.right && link.top < text.bottom && text.top < link.bottom;
        }).length"""
    )
    assert page.locator(".heading-row .anchor").count() > 1
    assert overlaps == 0


def test_a_question_without_a_page_shows_all_of_its_teaser(open_page):
    teaser = "The city pays, and the lorries pay the city back. " * 6
    published = make_published_question(question="Who pays?", introduction=teaser)
    draft = make_question(question="Who knew?", introduction=teaser)
    publishing.publish(make_story(slug="pier", questions=(published, draft)), by=make_user())
    page = open_page("/stories/pier/", viewport=PHONE)
    hidden = "(excerpt) => excerpt.scrollHeight > excerpt.clientHeight + 1"
    cards = page.get_by_role("region", name="Common questions").get_by_role("listitem")
    assert cards.filter(has_text="Who pays?").locator(".excerpt").evaluate(hidden)
    assert not cards.filter(has_text="Who knew?").locator(".excerpt").evaluate(hidden)
