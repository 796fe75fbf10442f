"""Each verb reaches the pages that it changes: what was kept before it is not what readers read after it."""

import pytest
from django.test import Client

from newsroom.site.models import AboutPage
from stories import publishing
from stories.documents.render import RenderedDocument, render_for_edition
from stories.drafts import revisions
from stories.models import ChangeNote, Edition, Story
from stories.publishing import erase, front_page
from stories.publishing.editions import related, rerender
from stories.workflow import proposed_names, review_dates
from stories.workflow.translations import link_translation, unlink_translation
from tests.factories import (
    make_image,
    make_outlet,
    make_published_question,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_user,
    update,
)
from tests.journeys.stored_pages import built_afresh, stored_at
from topics.merge import merge_topics

pytestmark = [pytest.mark.database, pytest.mark.django_db]
REASON = "By order of a court."


class Readers:
    """Readers who ask for pages until they are kept, and are answered with what is kept for as long as it holds."""

    def __init__(self, clock, monkeypatch) -> None:
        self.clock = clock
        self.monkeypatch = monkeypatch

    def keep(self, *addresses: str) -> None:
        """Have pages kept that hold now."""
        for _ in range(2):  # where a key had no version the first page is not kept
            for address in addresses:
                Client().get(address)
        assert [each for each in addresses if stored_at(each, at=self.clock()) is None] == []

    def read(self, address: str) -> str:
        """Return what the next reader reads there, which is what would be built."""
        page, afresh = stored_at(address, at=self.clock()), built_afresh(address, self.monkeypatch)
        assert page in (None, afresh), f"{address} is stale."
        return f"{afresh.status} {afresh.content.decode()}"


@pytest.fixture
def readers(set_time, monkeypatch):
    return Readers(set_time, monkeypatch)


@pytest.fixture
def chief(db):
    return make_user(role="Administrator")


@pytest.fixture
def topic():
    return make_topic(slug="gates", name="Gates")


@pytest.fixture
def outlet():
    return make_outlet(slug="courier", name="The Courier")


@pytest.fixture
def story(set_time, topic, outlet):
    """Return a story that readers have read for an hour, with a topic and an outlet that another one names too."""
    story = make_published_story(slug="pier", topics=(topic,), outlets=(outlet, make_outlet()))
    make_published_story(slug="quay", topics=(topic,), outlets=(outlet, make_outlet()))
    set_time.go(hours=1)
    return story


def say(work, **fields) -> None:
    """Let the desk say something else."""
    type(work).objects.filter(pk=work.pk).update(**fields)
    work.refresh_from_db()
    revisions.record_revision(work, by=None)


LISTS = ("/", "/stories/", "/topics/gates/", "/sources/courier/", "/feeds/stories.atom", "/topics/gates/feed.atom")


def test_a_first_publication_reaches_all_that_lists_it(readers, story, chief, topic, outlet):
    readers.keep(*LISTS)
    publishing.publish(make_story(headline="Why the crane was moved", topics=(topic,), outlets=(outlet,)), by=chief)
    assert [each for each in LISTS if "Why the crane was moved" not in readers.read(each)] == []


def test_a_publication_reaches_the_page_and_the_lists_of_what_it_names_no_more(readers, story, chief):
    readers.keep("/stories/pier/", *LISTS)
    story.work_topics.all().delete()
    story.work_topics.create(topic=make_topic())
    say(story, headline="Why the crane was moved")
    publishing.publish(story, by=chief, change=update())
    assert "Why the crane was moved" in readers.read("/stories/pier/")
    assert "/stories/pier/" not in readers.read("/topics/gates/")


def test_a_scheduled_edition_and_a_cancelled_one_reach_lists_when_they_begin(readers, story, chief, topic, set_time):
    waiting = make_story(headline="Why the crane was moved", topics=(topic,))
    at = set_time().replace(hour=12)
    edition = publishing.schedule(waiting, by=chief, at=at)
    readers.keep("/topics/gates/")
    publishing.cancel_schedule(edition, by=chief)
    set_time.go(to=at)
    readers.keep("/topics/gates/")
    publishing.schedule(waiting, by=chief, at=set_time.go(hours=1).replace(minute=30))
    set_time.go(hours=2)
    assert "Why the crane was moved" in readers.read("/topics/gates/")


def test_a_withdrawal_reaches_the_page_and_all_that_lists_it(readers, story, chief):
    readers.keep("/stories/pier/", *LISTS)
    publishing.withdraw(story, by=chief, notice="It was wrong.")
    assert "It was wrong." in readers.read("/stories/pier/")
    assert [each for each in LISTS if "/stories/pier/" in readers.read(each)] == []


def test_an_end_that_is_set_reaches_the_page_when_it_comes(readers, story, chief, set_time):
    readers.keep("/stories/pier/", "/topics/gates/")
    publishing.schedule_expiry(story, by=chief, at=set_time().replace(hour=12), notice="It is over.")
    set_time.go(hours=9)
    assert "It is over." in readers.read("/stories/pier/")
    assert "/stories/pier/" not in readers.read("/topics/gates/")


@pytest.mark.parametrize("address", ["/questions/limits/", "/questions/", "/stories/asks/"])
def test_a_question_reaches_the_stories_that_ask_it(readers, chief, set_time, address):
    faq = make_published_question(slug="limits")
    make_published_story(slug="asks", questions=(faq,))
    set_time.go(hours=1)
    readers.keep(address)
    publishing.withdraw(faq, by=chief, notice="It was wrong.")
    assert 'href="/questions/limits/"' not in readers.read(address)


def test_an_erased_passage_is_gone_from_the_pages_that_showed_it(readers, story, chief):
    passage = story.passages.first()
    readers.keep("/stories/pier/", "/sources/courier/", "/stories/pier.txt")
    assert passage.text in readers.read("/stories/pier/")
    erase.erase_passage(story, passage.uid, by=chief, reason=REASON)
    for address in ("/stories/pier/", "/stories/pier.txt"):
        assert passage.text not in readers.read(address), address
    assert "/stories/pier/" not in readers.read("/sources/courier/")


def test_an_erased_answer_is_gone_from_the_page_that_showed_it(readers, chief, set_time):
    faq = make_published_question(slug="limits")
    answer = faq.answers.first()
    readers.keep("/questions/limits/")
    erase.erase_passage(faq, answer.uid, by=chief, reason=REASON)
    assert answer.text not in readers.read("/questions/limits/")


def test_an_erased_edition_is_gone_from_its_page_and_from_lists(readers, story, chief):
    readers.keep("/stories/pier/", *LISTS)
    edition = Edition.objects.get(work=story)
    say(story, headline="Why the crane was moved")
    erase.erase_edition(edition, by=chief, reason=REASON)
    assert "This edition was removed." in readers.read("/stories/pier/")
    assert [each for each in LISTS if "/stories/pier/" in readers.read(each)] == []


def test_an_erased_story_is_gone_from_everywhere(readers, story, chief):
    readers.keep("/stories/pier/", *LISTS)
    erase.erase_work(story, by=chief, reason=REASON)
    assert [each for each in ("/stories/pier/", *LISTS) if "/stories/pier/" in readers.read(each)] == []
    assert readers.read("/stories/pier/").startswith("404")


@pytest.mark.parametrize("kind", ["story", "question"])
def test_a_look_reaches_the_page_that_waited_for_it(readers, chief, set_time, kind):
    make = make_published_story if kind == "story" else make_published_question
    work = make(slug="pier", owner=chief)
    address = work.get_absolute_url() if hasattr(work, "get_absolute_url") else Edition.objects.get().get_absolute_url()
    readers.keep(address)
    review_dates.set_review_by(work, set_time().date(), by=chief)
    set_time.go(days=3)
    assert "Last checked on" in readers.read(address)
    readers.keep(address)
    review_dates.mark_reviewed(work, by=chief, next_by=set_time().date())
    assert "Last checked on" not in readers.read(address)


def test_a_day_that_is_set_is_heeded_by_pages_that_were_kept_before(readers, chief, set_time, story):
    say(story, owner=chief)
    readers.keep("/stories/pier/")
    review_dates.set_review_by(story, set_time().date(), by=chief)
    set_time.go(days=1)
    assert "Last checked on" in readers.read("/stories/pier/")


def test_joined_topics_are_one_wherever_either_was_named(readers, story, chief, topic):
    other = make_topic(slug="locks", name="Locks")
    make_published_story(slug="lock", topics=(other,), headline="Why the lock is shut")
    pages = ("/stories/lock/", "/topics/locks/", "/topics/", "/topics/gates/", "/topics/gates/feed.atom")
    readers.keep(*pages)
    merge_topics(other, topic, by=chief)
    assert "/topics/gates/" in readers.read("/stories/lock/")
    assert readers.read("/topics/locks/").startswith("301")
    assert "/topics/locks/" not in readers.read("/topics/")
    assert "Why the lock is shut" in readers.read("/topics/gates/")
    assert "Why the lock is shut" in readers.read("/topics/gates/feed.atom")


def test_a_topic_that_becomes_public_by_another_is_linked_where_it_was_plain(readers, chief):
    kept, joined, other = make_topic(slug="sluices"), make_topic(), make_topic(slug="locks")
    merge_topics(joined, kept, by=chief)
    for slug, target in (("to-it", kept), ("to-joined", joined)):
        make_published_story(slug=slug, texts={"behind": f"It says [more](topic:{target.uid})."})
    make_published_story(slug="lock", topics=(other,))
    readers.keep("/stories/to-it/", "/stories/to-joined/")
    assert "/topics/sluices/" not in readers.read("/stories/to-it/")
    merge_topics(other, kept, by=chief)
    assert "/topics/sluices/" in readers.read("/stories/to-it/")
    assert "/topics/sluices/" in readers.read("/stories/to-joined/")


def test_joined_outlets_are_one_wherever_either_was_named(readers, story, chief, outlet):
    other = make_outlet(slug="herald", name="The Herald")
    make_published_story(slug="lock", outlets=(other, make_outlet()), headline="Why the lock is shut")
    readers.keep("/stories/lock/", "/sources/herald/", "/sources/", "/sources/courier/", "/sources/courier/feed.atom")
    proposed_names.merge_outlets(other, outlet, by=chief)
    assert "/sources/courier/" in readers.read("/stories/lock/")
    assert readers.read("/sources/herald/").startswith("301")
    assert "/sources/herald/" not in readers.read("/sources/")
    assert "Why the lock is shut" in readers.read("/sources/courier/")
    assert "Why the lock is shut" in readers.read("/sources/courier/feed.atom")


def test_a_new_name_reaches_all_that_says_it(readers, story, topic, outlet):
    readers.keep("/stories/pier/", *LISTS)
    topic.name, outlet.name = "Sluices", "The Messenger"
    topic.save()
    outlet.save()
    assert "Sluices" in readers.read("/stories/pier/")
    assert "Sluices" in readers.read("/topics/gates/")
    assert "The Messenger" in readers.read("/sources/courier/")


def test_another_file_or_focal_point_of_a_picture_reaches_the_pages_that_show_it(readers):
    image = make_image()
    make_published_story(slug="shown", lead_image=image, lead_alt="The pier")
    readers.keep("/stories/shown/", "/")
    before = readers.read("/stories/shown/"), readers.read("/")
    image.focal_x, image.width, image.digest = 12, 48, "f" * 64
    image.save()
    assert readers.read("/stories/shown/") != before[0]
    assert readers.read("/") != before[1]


def test_a_picture_of_a_topic_reaches_its_page(readers, story, topic):
    readers.keep("/topics/gates/")
    topic.picture, topic.picture_alt = make_image(), "A row of nine gates"
    topic.save()
    assert "A row of nine gates" in readers.read("/topics/gates/")


def test_stories_that_a_story_leads_on_to_are_chosen_anew_on_its_kept_page(readers, story, topic, set_time):
    readers.keep("/stories/pier/")
    make_published_story(slug="crane", headline="Why the crane was moved", topics=(topic,))
    assert "Why the crane was moved" not in readers.read("/stories/pier/")
    assert related.choose_related_of_recent(set_time())
    assert "Why the crane was moved" in readers.read("/stories/pier/")


def test_an_order_of_the_front_page_reaches_it(readers, story, chief):
    readers.keep("/")
    before = readers.read("/")
    first, second = sorted(("/stories/pier/", "/stories/quay/"), key=before.index)
    uid = Story.objects.get(slug=second.split("/")[2]).uid
    front_page.arrange_front_page(
        [front_page.FrontPagePlace(uid)], by=chief, seen_digest=front_page.get_arrangement_digest()
    )
    after = readers.read("/")
    assert after.index(second) < after.index(first)


def test_html_that_is_made_anew_reaches_its_page(readers, story, monkeypatch):
    def newer(document) -> RenderedDocument:
        kept = render_for_edition(document)
        return RenderedDocument({**kept.fragments, "headline": "Made anew"}, kept.summary, kept.minutes)

    readers.keep("/stories/pier/")
    monkeypatch.setattr(rerender, "render_for_edition", newer)
    list(rerender.rerender())
    assert "Made anew" in readers.read("/stories/pier/")


def test_a_translation_is_linked_and_unlinked_on_both_pages(readers, story, chief, set_time):
    other = make_published_story(slug="muelle", language="es", headline="Por qué el muelle está cerrado")
    set_time.go(hours=1)
    readers.keep("/stories/pier/", "/stories/muelle/")
    link_translation(other, Story.objects.get(pk=story.pk), by=chief)
    assert "/stories/muelle/" in readers.read("/stories/pier/")
    assert "/stories/pier/" in readers.read("/stories/muelle/")
    set_time.go(hours=1)
    readers.keep("/stories/pier/", "/stories/muelle/")
    unlink_translation(Story.objects.get(pk=other.pk), by=chief)
    assert "/stories/muelle/" not in readers.read("/stories/pier/")
    assert "/stories/pier/" not in readers.read("/stories/muelle/")


def test_a_bundle_reaches_the_pages_of_all_in_it_and_so_does_its_undoing(readers, story, chief, set_time):
    faq = make_question(slug="limits", question="May lorries use the pier again?")
    readers.keep("/stories/pier/", "/questions/")
    say(story, headline="Why the crane was moved")
    bundle = publishing.save_bundle("Together", [story, faq], by=chief)
    goings = [publishing.PublishRequest(story, ChangeNote("update", "It was moved.")), publishing.PublishRequest(faq)]
    publishing.publish_bundle(bundle, by=chief, requests=goings)
    assert "Why the crane was moved" in readers.read("/stories/pier/")
    assert "May lorries use the pier again?" in readers.read("/questions/")
    set_time.go(hours=1)
    readers.keep("/stories/pier/", "/questions/")
    publishing.undo_bundle(bundle, by=chief, note="By mistake.")
    assert "Why the crane was moved" not in readers.read("/stories/pier/")
    assert "May lorries use the pier again?" not in readers.read("/questions/")


def test_a_page_about_us_reaches_the_foot_of_every_page_when_it_comes_and_when_it_goes(readers, story):
    readers.keep("/stories/pier/", "/topics/")
    about = AboutPage.objects.create(slug="how", title="How we work", text="We read.")
    assert "How we work" in readers.read("/stories/pier/")
    readers.keep("/stories/pier/", "/topics/")
    about.delete()
    assert "How we work" not in readers.read("/topics/")
