"""Tasks of the desk, done as an editor does them: each has a limit of presses, and its seconds are recorded."""

import sys
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from newsroom.http import clock
from stories.drafts import revisions
from stories.models import Change, Edition, Story
from stories.publishing import publish
from tests.browser.conftest import find_message, find_published_message
from tests.browser.stopwatch import Stopwatch
from tests.browser.test_import_to_publication import TEXT
from tests.clocks import set_clock
from tests.factories import (
    edition_of,
    make_article,
    make_outlet,
    make_published_question,
    make_published_story,
    make_story,
    make_topic,
    make_update,
    make_user,
)
from tests.newsroom.media.processing.pictures import draw_patches, encode_image

pytestmark = pytest.mark.django_db(transaction=True)

HEADLINE = "Why the Kelmar barrier stood open on the night of the flood"
HAPPENED = (
    "The Kelmar barrier stood open on the night of 9 November, and the sea flooded the lower town of Port Lisle. "
    "Nobody was hurt, but 420 people left their homes. The operator says that two of the nine gates did not answer "
    "when its crew tried to close them at half past two."
)
BEHIND = (
    "Two of the gates were pinned by a maintenance lock that only a boat crew can release. The lock was meant for "
    "days of repair in calm weather, and no rule says who takes it off before a storm. The city pays the operator "
    "for each day on which all gates can move, so a lock that is left on costs nobody anything."
)
BACKGROUND = (
    "The barrier was handed to a private operator in 2019. In June, two inspectors asked for the lock to be "
    "replaced, and their letter was filed without an answer."
)


# Returns where in a text field the last letter of a word is: a line that has its font is measured.
POSITION_BEHIND = """(field, word) => {
  const { font, letterSpacing, lineHeight, paddingLeft, paddingTop } = getComputedStyle(field);
  const line = document.createElement("span");
  Object.assign(line.style, { font, letterSpacing, whiteSpace: "pre", position: "absolute" });
  line.textContent = field.value.slice(0, field.value.indexOf(word) + word.length);
  field.after(line);
  const { width } = line.getBoundingClientRect();
  line.remove();
  return { x: parseFloat(paddingLeft) + width, y: parseFloat(paddingTop) + parseFloat(lineHeight) / 2 };
}"""

type Measure = Callable[..., None]


@pytest.fixture
def editor():
    return make_user(role="Editor", first_name="Ana", last_name="Kestrel")


@pytest.fixture
def measure(record_property) -> Measure:
    """Return a function that checks the presses of a task, and prints and records what it cost."""

    def stop(watch: Stopwatch, task: str, *, limit: int) -> None:
        effort = watch.stop()
        record_property("stopwatch", f"{task}: {effort}")
        sys.stdout.write(f"\n{task}: {effort}; limit: {limit} presses\n")
        assert effort.presses <= limit

    return stop


def open_desk(open_page, path, **options) -> tuple[Page, Stopwatch]:
    page = open_page(path, permissions=["clipboard-read", "clipboard-write"], **options)
    return page, Stopwatch(page)


def paste(page: Page, text: str) -> None:
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


def text_of(page: Page, heading: str):
    return page.get_by_role("group", name=heading, exact=True).get_by_label("Text", exact=True)


def test_a_story_is_written_from_nothing_and_published(open_page, editor, measure):
    make_topic(name="Port Lisle")
    make_outlet(name="Ansgar Wire", home_page="https://ansgar.example/")
    letter = make_article(title="The letter nobody answered", outlet=make_outlet(name="The Lisle Courier"))
    make_published_question(by=editor, question="Who pays for the damage in Quay Ward?")
    page, watch = open_desk(open_page, "/admin/", as_=editor)
    write = page.keyboard.type
    page.get_by_role("link", name="Add story").click()
    watch.wait_for(page.get_by_label("Headline", exact=True), "the form")
    page.get_by_label("Headline", exact=True).click()
    write(HEADLINE)
    page.get_by_role("button", name="Add a topic").click()
    write("port l")
    option = page.get_by_role("option", name="Port Lisle")
    watch.wait_for(option, "the topic")
    option.click()
    for heading, words in (("What’s happened", HAPPENED), ("What’s behind the headline?", BEHIND)):
        text_of(page, heading).click()
        write(words)
    rows = page.get_by_role("region", name="What the papers say")
    for address, words, title in (
        ("https://ansgar.example/surge", "Ansgar Wire says the surge was the highest since 1961.", "The highest surge"),
        (letter.url, "The Lisle Courier reports that two inspectors asked for the lock to be replaced in June.", ""),
    ):
        rows.get_by_role("button", name="Add a passage").click()
        page.keyboard.press("Tab")
        passage = rows.get_by_role("listitem").filter(has=page.get_by_label("Paste the article’s address")).last
        expect(passage.get_by_label("Text", exact=True)).to_be_focused()
        write(words)
        passage.get_by_label("Paste the article’s address").click()
        paste(page, address)
        watch.wait_for(passage.get_by_text("added and cited"), "the article")
        if title:
            write(title)
            page.keyboard.press("Tab")
            write("11092026")
    text_of(page, "How we got here").click()
    write(BACKGROUND)
    page.get_by_role("button", name="Add a question").click()
    write("who pays")
    option = page.get_by_role("option", name="Who pays for the damage in Quay Ward?")
    watch.wait_for(option, "the question")
    option.click()
    page.get_by_role("button", name="Save and publish").click()
    watch.wait_for(find_published_message(page, "1"), "the publication")
    story = Story.objects.get()
    assert [passage.outlets.get().name for passage in story.passages.all()] == ["Ansgar Wire", "The Lisle Courier"]
    assert [citation.article.title for citation in story.citations.order_by("number")] == [
        "The highest surge",
        "The letter nobody answered",
    ]
    assert [row.topic.name for row in story.work_topics.all()] == ["Port Lisle"]
    assert [row.faq.question for row in story.story_questions.all()] == ["Who pays for the damage in Quay Ward?"]
    measure(watch, "Write a story from nothing and publish it", limit=15)


def test_a_text_is_imported_and_published(open_page, editor, measure):
    for name in ("The Lisle Courier", "Ansgar Wire"):
        make_outlet(name=name)
    page, watch = open_desk(open_page, "/admin/", as_=editor)
    screens: list[str] = []
    page.on("framenavigated", lambda frame: screens.append(frame.url) if frame == page.main_frame else None)
    page.get_by_role("link", name="Import", exact=True).click()
    text = page.get_by_label("Text", exact=True)
    watch.wait_for(text, "the form")
    text.click()
    paste(page, TEXT)
    page.get_by_label("Headline, or the question").click()
    page.keyboard.type(HEADLINE)
    page.get_by_role("button", name="Preview import").click()
    watch.wait_for(page.get_by_role("heading", name="Import preview"), "the preview")
    page.get_by_role("button", name="Import").click()
    watch.wait_for(page.get_by_label("Headline", exact=True), "the story")
    page.get_by_role("button", name="Save and publish").click()
    watch.wait_for(find_published_message(page, "1"), "the publication")
    story = Story.objects.get()
    assert story.work_topics.get().topic.name == "Port Lisle"
    paths = [reverse("admin:import_text"), reverse(story.change_view_name, args=[story.pk])]
    assert list(dict.fromkeys(urlsplit(screen).path for screen in screens)) == paths
    measure(watch, "Import a text and publish it", limit=6)


def test_a_live_story_is_corrected_from_its_public_page(open_page, editor, measure):
    make_published_story(by=editor, slug="pier", texts={"behind": f"The barrier has eleven gates. {BEHIND}"})
    page, watch = open_desk(open_page, "/stories/pier/", as_=editor)
    page.get_by_role("link", name="Correct an error").click()
    text = text_of(page, "What’s behind the headline?")
    watch.wait_for(text, "the form")
    # Behind the word “eleven”.
    text.click(position=text.evaluate(POSITION_BEHIND, "eleven"))
    for _ in "eleven":
        page.keyboard.press("Backspace")
    page.keyboard.type("nine")
    page.get_by_role("button", name="Save and publish").click()
    watch.wait_for(page.get_by_role("heading", name="Publish", level=1), "the Publish screen")
    page.get_by_role("button", name="Publish", exact=True).click()
    watch.wait_for(find_published_message(page, "2"), "the publication")
    edition = Edition.objects.latest("number")
    assert (edition.change, edition.was_wrong, edition.is_right) == (
        Change.CORRECTION,
        "The barrier has eleven gates.",
        "The barrier has nine gates.",
    )
    measure(watch, "Correct a live story", limit=4)


def test_last_weeks_story_on_a_topic_is_found(open_page, editor, measure, monkeypatch):
    topics = (make_topic(name="Port Lisle"),)
    with monkeypatch.context() as patch:
        set_clock(patch, clock.now() - timedelta(days=40))
        make_published_story(by=editor, headline="Why the pier of Port Lisle is closed", topics=topics)
    make_published_story(by=editor, headline="Why two gates of the barrier stayed open", topics=topics)
    for number in range(6):
        make_published_story(by=editor, headline=f"Why ferry {number} is always late")
    page, watch = open_desk(open_page, "/admin/", as_=editor)
    page.get_by_role("link", name="Stories of the last 7 days").click()
    topic = page.get_by_label("Topic")
    watch.wait_for(topic, "the list")
    topic.click()
    page.keyboard.type("port l")
    option = page.get_by_role("option", name="Port Lisle")
    watch.wait_for(option, "the topic")
    option.click()
    watch.wait_for(page.get_by_role("link", name="Remove filter Topic: Port Lisle"), "the filtered list")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    expect(page.get_by_role("link", name="Why two gates of the barrier stayed open")).to_be_visible()
    measure(watch, "Find last week’s story", limit=3)


def test_a_lead_picture_is_uploaded_and_inserted(open_page, editor, measure):
    picture = encode_image(draw_patches(1600, 1200, seed=11))
    story = make_story(owner=editor)
    page, watch = open_desk(open_page, reverse(story.change_view_name, args=[story.pk]), as_=editor)
    page.get_by_role("group", name="Lead picture").get_by_role("button", name="Choose picture").click()
    dialog = page.get_by_role("dialog", name="Choose the lead picture")
    upload = dialog.get_by_label("Drop a picture here or upload")
    watch.wait_for(upload, "the pictures")
    with page.expect_file_chooser() as chooser:
        upload.click()
    chooser.value.set_files({"name": "pier.png", "mimeType": "image/png", "buffer": picture})
    dialog = page.get_by_role("dialog", name="What does the picture show?")
    watch.wait_for(dialog, "the second step")
    page.keyboard.type("The pier at low water.")
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(dialog.get_by_label("Credit")).to_be_focused()
    page.keyboard.type("Ida Sund")
    dialog.get_by_role("button", name="Insert").click()
    watch.wait_for(page.get_by_role("dialog"), "the upload", state="hidden")
    page.get_by_role("button", name="Save", exact=True).click()
    watch.wait_for(find_message(page, "Saved"), "the save")
    story.refresh_from_db()
    assert (story.lead_alt, story.lead_credit) == ("The pier at low water.", "Ida Sund")
    measure(watch, "Insert a lead picture", limit=4)


def test_five_outlets_are_compared_on_a_point(open_page, editor, measure):
    outlets = tuple(make_outlet(name=f"Paper {number}") for number in range(5))
    story = make_story(outlets=outlets, articles=tuple(make_article(outlet=outlet) for outlet in outlets))
    for number, passage in enumerate(story.passages.all()):
        passage.text = f"Paper {number} counts some {4 + number},200 emptied homes."
        passage.save()
    page, watch = open_desk(open_page, f"/admin/stories/story/{story.pk}/change/", as_=editor)
    part = page.get_by_role("region", name="Agreement")
    part.get_by_label("Compare").click()
    page.keyboard.type("homes emptied")
    page.keyboard.press("Enter")
    watch.wait_for(part.get_by_role("button", name="Says this").first, "the sentences")
    for _ in outlets:
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Save", exact=True).click()
    watch.wait_for(find_message(page, "Saved"), "the save")
    measure(watch, "Compare five outlets on a point", limit=7)
    cells = story.claims.get().cells.all()
    assert [(cell.outlet, cell.low) for cell in cells] == [
        (outlet, f"{4 + number}200") for number, outlet in enumerate(outlets)
    ]
    assert all(cell.article.outlet == cell.outlet for cell in cells)


def test_a_sentence_of_a_passage_becomes_a_forecast(open_page, editor, measure):
    wire = make_outlet(name="Ansgar Wire")
    story = make_story(outlets=(wire,), articles=(make_article(outlet=wire),))
    passage, citation = story.passages.all()[0], story.citations.get()
    story.passages.exclude(pk=passage.pk).delete()
    passage.text = "The finance ministry said the tunnel will open by the end of 2097."
    passage.save()
    passage.articles.set([citation.article])
    revisions.record_revision(story, by=editor)
    page, watch = open_desk(open_page, reverse(story.change_view_name, args=[story.pk]), as_=editor)
    text = page.get_by_role("region", name="What the papers say").get_by_label("Text", exact=True)
    text.click()
    page.get_by_role("button", name="Add as a forecast").click()
    part = page.get_by_role("region", name="Forecasts")
    expected = part.get_by_label("What is expected, in a sentence that can be checked")
    watch.wait_for(expected, "the row")
    expect(expected).to_be_focused()
    expect(part.get_by_label("By", exact=True)).to_have_value("2097-12-31")
    page.keyboard.type("The tunnel opens to traffic.")
    page.keyboard.press("Control+S")
    watch.wait_for(find_message(page, "Saved as revision"), "the save")
    forecast = story.forecasts.get()
    assert (forecast.speaker, forecast.expected) == ("The finance ministry", "The tunnel opens to traffic.")
    assert (str(forecast.due_on), forecast.outlet, forecast.article) == ("2097-12-31", wire, citation.article)
    measure(watch, "Keep a sentence as a forecast", limit=3)


def test_a_forecast_is_decided_and_published(open_page, editor, measure):
    story = make_published_story(by=editor, articles=(make_article(title="Opening planned for 2029"),))
    story.forecasts.create(
        speaker="Finance ministry", expected="The tunnel opens to traffic.", due_on=clock.now().date()
    )
    revisions.record_revision(story, by=editor)
    publish(Story.objects.get(pk=story.pk), by=editor, change=make_update())
    page, watch = open_desk(open_page, "/admin/forecasts/", as_=editor)
    page.get_by_role("link", name="Did not come true").click()
    outcome = page.get_by_label("Outcome", exact=True)
    watch.wait_for(outcome, "the form")
    outcome.click()
    page.keyboard.type("The opening is now planned for 2029.")
    page.keyboard.press("Tab")
    page.keyboard.type("1")
    page.get_by_role("button", name="Publish", exact=True).click()
    watch.wait_for(find_message(page, "Did not come true. Published as edition"), "the publication")
    decided = edition_of(story).document.value().forecasts[0]
    assert (decided.state, decided.outcome_source) == ("not_true", 1)
    measure(watch, "Decide a forecast", limit=4)
