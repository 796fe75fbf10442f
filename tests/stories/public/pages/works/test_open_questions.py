"""The items of *What we don't know yet* follow the questions to which they link."""

import json
import re
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from newsroom.http import clock
from newsroom.http.clock import start_of_day
from newsroom.page_cache.dependencies import PageDependencies, page_key
from stories.documents.parse import KnownNames
from stories.documents.parse.markdown import parse_markdown
from stories.drafts import revisions
from stories.public.pages.works.links import LiveQuestion
from stories.public.pages.works.open_questions import OpenItem, fold_answered, write_live_states
from stories.public.pages.works.story import ExplainerPage
from stories.publishing import publish, schedule, withdraw
from tests.factories import make_published_question, make_question, make_story, make_update, make_user

pytestmark = pytest.mark.django_db
STORY = "/stories/pier/"
MARCH_3, MARCH_20 = datetime(2031, 3, 3, 12, tzinfo=UTC), date(2031, 3, 20)


@pytest.fixture(autouse=True)
def in_march(set_time):
    set_time.go(to=MARCH_3)
    return set_time


def make_asking_story(question, *, typed="open", since="since 9 November"):
    """Publish a story with an open item that links to the question, and another item that links to nothing."""
    text = f"- [{typed}] [Who closed it?](question:{question.uid}) ({since}) The office is silent.\n- [open] Who pays?"
    story = make_story(slug="pier")
    story.sections.create(kind="unknowns", heading="What we don’t know yet", text=text, position=40)
    revisions.record_revision(story, by=None)
    publish(story, by=make_user())
    return story


def change(set_time, faq, **fields):
    """Publish the question with changed fields, an hour later."""
    set_time.go(hours=1)
    for name, value in fields.items():
        setattr(faq, name, value)
    faq.save()
    revisions.record_revision(faq, by=None)
    publish(faq, by=make_user(), change=make_update())


def load(at=None, dependencies=None):
    return ExplainerPage.load("pier", at=at or clock.now(), dependencies=dependencies)


def read_states(page):
    """Return the code and the words of the state of each item."""
    html = "".join(part.body_html for part in page.parts if part.kind == "unknowns")
    items = re.findall(r'data-state="(\w+)">\s*<p class="state">(.*?)</p>', html, re.DOTALL)
    return [(code, " ".join(re.sub(r"<[^>]*>", "", words).split())) for code, words in items]


def test_an_item_shows_the_state_and_the_day_of_its_question(set_time):
    faq = make_published_question(answer_state="open", open_since=date(2031, 2, 9))
    make_asking_story(faq)
    assert read_states(load()) == [("open", "Open since 9 February"), ("open", "Open")]
    change(set_time, faq, answer_state="partly", short_answer="The office, perhaps.")
    assert read_states(load())[0] == ("partly", "Partly answered since 9 February")
    change(set_time, faq, answer_state="answered", short_answer="The office.")
    assert read_states(load())[0] == ("answered", "Answered as of 9 November 2026")


def test_the_typed_words_stay_without_a_public_question_or_a_state(set_time):
    draft = make_question(answer_state="answered", short_answer="The office.")
    make_asking_story(draft, typed="partly")
    assert read_states(load())[0] == ("partly", "Partly answered since 9 November")
    publish(draft, by=make_user())
    assert read_states(load())[0][0] == "answered"
    set_time.go(hours=1)
    withdraw(draft, by=make_user(), notice="It was two questions.")
    assert read_states(load())[0] == ("partly", "Partly answered since 9 November")


def test_a_question_without_a_state_leaves_the_typed_words():
    make_asking_story(make_published_question(open_since=date(2031, 2, 9)), typed="partly")
    assert read_states(load())[0] == ("partly", "Partly answered since 9 November")


def test_a_question_without_a_day_leaves_the_typed_day_of_the_same_state():
    make_asking_story(make_published_question(answer_state="open"))
    assert read_states(load())[0] == ("open", "Open since 9 November")


def test_an_old_edition_shows_the_typed_words(client, set_time):
    faq = make_published_question(answer_state="answered", short_answer="The office.")
    story = make_asking_story(faq)
    set_time.go(hours=1)
    story.headline = "Why the north pier of Port Lisle is closed to every lorry"
    story.save()
    revisions.record_revision(story, by=None)
    publish(story, by=make_user(), change=make_update())
    assert 'data-state="answered"' in client.get(STORY).content.decode()
    old = client.get("/stories/pier/history/1/").content.decode()
    assert 'data-state="answered"' not in old
    assert "since 9 November" in old


def test_an_answer_that_expired_may_have_changed_and_ends_the_stored_page():
    faq = make_published_question(answer_state="answered", short_answer="The office.", short_answer_expires_on=MARCH_20)
    make_asking_story(faq)
    dependencies = PageDependencies(at=MARCH_3)
    assert read_states(load(dependencies=dependencies))[0][1] == "Answered as of 9 November 2026"
    assert dependencies.valid_until == start_of_day(date(2031, 3, 21))
    assert page_key("question", faq.uid) in dependencies.names
    after = read_states(load(at=datetime(2031, 3, 21, 12, tzinfo=UTC)))
    assert after[0] == ("answered", "Answered, may have changed as of 9 November 2026")


def test_a_scheduled_answer_shows_at_its_moment_and_not_before():
    faq = make_published_question(answer_state="open", open_since=date(2031, 2, 9))
    make_asking_story(faq)
    faq.answer_state, faq.short_answer = "answered", "The office."
    faq.save()
    revisions.record_revision(faq, by=None)
    moment = datetime(2031, 3, 10, 9, tzinfo=UTC)
    schedule(faq, at=moment, by=make_user(), change=make_update())
    dependencies = PageDependencies(at=MARCH_3)
    assert read_states(load(dependencies=dependencies))[0] == ("open", "Open since 9 February")
    assert dependencies.valid_until == moment
    assert [item.state for item in load(at=moment).open_items] == ["answered", "open"]


def test_the_items_of_a_page_lead_to_their_question_or_to_themselves():
    faq = make_published_question(slug="limits", answer_state="partly", short_answer="The office, perhaps.")
    make_asking_story(faq)
    page = load()
    assert page.open_items == [
        OpenItem("partly", "Who closed it?", "/questions/limits/"),
        OpenItem("open", "Who pays?", "#id-unknown-2"),
    ]
    assert 'id="id-unknown-2"' in "".join(part.body_html for part in page.parts)


def test_feeds_show_the_present_states(client, set_time):
    faq = make_published_question(answer_state="answered", short_answer="The office.")
    make_asking_story(faq)
    assert "Answered" in client.get("/feeds/stories.atom").content.decode()
    change(set_time, faq, answer_state="partly")
    assert "Partly answered" in client.get("/feeds/stories.atom").content.decode()


def test_an_item_that_was_answered_meanwhile_is_folded():
    faq = make_published_question(answer_state="answered", short_answer="The office.")
    make_asking_story(faq)
    (part,) = [part for part in load().parts if part.kind == "unknowns"]
    assert "1 answered question" in fold_answered(part.body_html, part.kind)


@pytest.mark.parametrize("ending", ["txt", "md"])
def test_texts_of_the_story_show_the_present_states(client, set_time, ending):
    faq = make_published_question(slug="limits", answer_state="open", open_since=date(2031, 2, 9))
    make_asking_story(faq)
    address = f"/stories/pier.{ending}"
    before = client.get(address).content.decode()
    assert ("Open since 9 February 2031" if ending == "txt" else "- [open] [Who closed it?]") in before
    change(set_time, faq, answer_state="answered", short_answer="The office.", short_answer_expires_on=MARCH_20)
    answered = client.get(address).content.decode()
    if ending == "txt":
        assert "Answered as of 9 November 2026\n" in answered
    else:
        item = "- [answered] [Who closed it?](http://testserver/questions/limits/) (as of 2026-11-09) The office is silent."
        assert item in answered
        assert parse_markdown(answered, KnownNames()).document.sections[-1].text.startswith(item)
    set_time.go(to=start_of_day(date(2031, 3, 21)))
    assert ", may have changed" in client.get(address).content.decode()
    assert "[open]" in json.dumps(client.get("/stories/pier.json").json())


@pytest.mark.parametrize(
    ("item", "written"),
    [
        ("- [open] [Who?](Q) (since 9 March) Nobody.", "- [partly] [Who?](Q) (since 2031-02-09) Nobody."),
        ("* [OPEN] [Who?](Q)[@3] Nobody.", "* [partly] [Who?](Q)[@3] (since 2031-02-09) Nobody."),
        (
            "- [open] [The log](Q) shows what? (today) Nobody.",
            "- [partly] [The log](Q) shows what? (since 2031-02-09) Nobody.",
        ),
        ("- [open] [Who pays](Q)", "- [partly] [Who pays](Q) (since 2031-02-09)"),
        ("- [open] Who asks [this?](Q)", "- [open] Who asks [this?](Q)"),
        ("- [Who?](Q) (since 9 March)", "- [Who?](Q) (since 9 March)"),
    ],
)
def test_a_text_changes_in_the_state_and_the_day_of_an_item_only(item, written):
    uid = uuid4()
    now = LiveQuestion("/questions/q/", "", date(2031, 3, 1), state="partly", open_since=date(2031, 2, 9))
    target = f"question:{uid}"
    assert write_live_states(item.replace("(Q)", f"({target})"), {uid: now}) == written.replace("(Q)", f"({target})")
    assert write_live_states(item.replace("(Q)", f"({target})"), {}) == item.replace("(Q)", f"({target})")
