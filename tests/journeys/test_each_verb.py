"""Each verb invalidates the pages that it changes: readers never get a page that was stored before the change."""

import re

import pytest
from django.test import Client

from newsroom.site.models import AboutPage, DemonstrationWork
from stories import publishing
from stories.documents.render import RenderedDocument, render_for_edition
from stories.drafts import revisions
from stories.models import ChangeNote, Edition, Story
from stories.publishing import erase, front_page, review_dates
from stories.publishing.editions import related, rerender
from stories.publishing.erase.editions import REMOVED
from stories.workflow import proposed_names
from stories.workflow.translations import link_translation, unlink_translation
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
from tests.journeys.stored_pages import fetch_stored, render_now
from topics.merge import merge_topics

pytestmark = pytest.mark.django_db
REASON = "By order of a court."
# The line with the day of the last fact check, among the facts of a story or below those of a question.
LAST_CHECKED = re.compile(r'Checked against its sources(?: on |</dt>\s*<dd>)<time datetime="([\d-]{10})')


class Readers:
    """Readers who request pages to have them stored, and who later check that no stored page is stale."""

    def __init__(self, clock, monkeypatch) -> None:
        self.clock = clock
        self.monkeypatch = monkeypatch

    def store(self, *addresses: str) -> None:
        """Request each page twice, and fail unless all of them are stored."""
        for _ in range(2):  # if a page key has no version yet, the first response is not stored
            for address in addresses:
                Client().get(address)
        assert [each for each in addresses if fetch_stored(each, at=self.clock()) is None] == []

    def read(self, address: str) -> str:
        """Return the status and content of the page as it is rendered now; fail if the stored page differs."""
        stored, rendered = fetch_stored(address, at=self.clock()), render_now(address, self.monkeypatch)
        assert stored in (None, rendered), f"{address} is stale."
        return f"{rendered.status} {rendered.content.decode()}"


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
    """Return a story that has been live for an hour and shares its topic and an outlet with another story."""
    story = make_published_story(slug="pier", topics=(topic,), outlets=(outlet, make_outlet()))
    make_published_story(slug="quay", topics=(topic,), outlets=(outlet, make_outlet()))
    set_time.go(hours=1)
    return story


def edit(work, **fields) -> None:
    """Change fields of the draft and record a revision."""
    type(work).objects.filter(pk=work.pk).update(**fields)
    work.refresh_from_db()
    revisions.record_revision(work, by=None)


LISTS = ("/", "/stories/", "/topics/gates/", "/sources/courier/", "/feeds/stories.atom", "/topics/gates/feed.atom")


def test_a_first_publication_appears_in_all_lists(readers, story, chief, topic, outlet):
    readers.store(*LISTS)
    publishing.publish(make_story(headline="Why the crane was moved", topics=(topic,), outlets=(outlet,)), by=chief)
    assert [each for each in LISTS if "Why the crane was moved" not in readers.read(each)] == []


def test_a_publication_updates_the_page_and_the_lists_of_a_topic_that_it_no_longer_has(readers, story, chief):
    readers.store("/stories/pier/", *LISTS)
    story.work_topics.all().delete()
    story.work_topics.create(topic=make_topic())
    edit(story, headline="Why the crane was moved")
    publishing.publish(story, by=chief, change=make_update())
    assert "Why the crane was moved" in readers.read("/stories/pier/")
    assert "/stories/pier/" not in readers.read("/topics/gates/")


def test_a_rescheduled_edition_appears_in_lists_on_time_after_a_cancelled_one(readers, story, chief, topic, set_time):
    scheduled = make_story(headline="Why the crane was moved", topics=(topic,))
    at = set_time().replace(hour=12)
    edition = publishing.schedule(scheduled, by=chief, at=at)
    readers.store("/topics/gates/")
    publishing.cancel_schedule(edition, by=chief)
    set_time.go(to=at)
    readers.store("/topics/gates/")
    publishing.schedule(scheduled, by=chief, at=set_time.go(hours=1).replace(minute=30))
    set_time.go(hours=2)
    assert "Why the crane was moved" in readers.read("/topics/gates/")


def test_a_withdrawal_updates_the_page_and_all_lists(readers, story, chief):
    readers.store("/stories/pier/", *LISTS)
    publishing.withdraw(story, by=chief, notice="It was wrong.")
    assert "It was wrong." in readers.read("/stories/pier/")
    assert [each for each in LISTS if "/stories/pier/" in readers.read(each)] == []


def test_a_scheduled_expiry_updates_the_page_on_time(readers, story, chief, set_time):
    readers.store("/stories/pier/", "/topics/gates/")
    publishing.schedule_expiry(story, by=chief, at=set_time().replace(hour=12), notice="It is over.")
    set_time.go(hours=9)
    assert "It is over." in readers.read("/stories/pier/")
    assert "/stories/pier/" not in readers.read("/topics/gates/")


@pytest.mark.parametrize("address", ["/questions/limits/", "/questions/", "/stories/asks/"])
def test_withdrawing_a_question_updates_the_pages_that_link_to_it(readers, chief, set_time, address):
    faq = make_published_question(slug="limits")
    make_published_story(slug="asks", questions=(faq,))
    set_time.go(hours=1)
    readers.store(address)
    publishing.withdraw(faq, by=chief, notice="It was wrong.")
    assert 'href="/questions/limits/"' not in readers.read(address)


def test_an_erased_passage_disappears_from_the_pages_that_showed_it(readers, story, chief):
    passage = story.passages.first()
    readers.store("/stories/pier/", "/sources/courier/", "/stories/pier.txt")
    assert passage.text in readers.read("/stories/pier/")
    erase.erase_passage(story, passage.uid, by=chief, reason=REASON)
    for address in ("/stories/pier/", "/stories/pier.txt"):
        assert passage.text not in readers.read(address), address
    assert "/stories/pier/" not in readers.read("/sources/courier/")


def test_an_erased_answer_disappears_from_the_page_that_showed_it(readers, chief, set_time):
    faq = make_published_question(slug="limits")
    answer = faq.answers.first()
    readers.store("/questions/limits/")
    erase.erase_passage(faq, answer.uid, by=chief, reason=REASON)
    assert answer.text not in readers.read("/questions/limits/")


def test_an_erased_edition_disappears_from_its_page_and_from_lists(readers, story, chief):
    readers.store("/stories/pier/", *LISTS)
    edition = Edition.objects.get(work=story)
    edit(story, headline="Why the crane was moved")
    erase.erase_edition(edition, by=chief, reason=REASON)
    removed = readers.read("/stories/pier/")
    assert removed.startswith("410")
    assert REMOVED in removed
    assert [each for each in LISTS if "/stories/pier/" in readers.read(each)] == []


def test_an_erased_story_disappears_from_every_page(readers, story, chief):
    readers.store("/stories/pier/", *LISTS)
    erase.erase_work(story, by=chief, reason=REASON)
    assert [each for each in ("/stories/pier/", *LISTS) if "/stories/pier/" in readers.read(each)] == []
    assert readers.read("/stories/pier/").startswith("404")


@pytest.mark.parametrize("kind", ["story", "question"])
def test_a_review_updates_a_page_whose_review_was_overdue(readers, chief, set_time, kind):
    make = make_published_story if kind == "story" else make_published_question
    work = make(slug="pier", owner=chief)
    address = work.get_absolute_url() if hasattr(work, "get_absolute_url") else Edition.objects.get().get_absolute_url()
    readers.store(address)
    published_on = set_time().date()
    review_dates.set_review_by(work, published_on, by=chief)
    set_time.go(days=3)
    assert LAST_CHECKED.findall(readers.read(address)) == [str(published_on)]
    readers.store(address)
    review_dates.mark_reviewed(work, by=chief, next_by=set_time().date())
    assert LAST_CHECKED.findall(readers.read(address)) == [str(set_time().date())]


def test_a_new_review_date_affects_pages_stored_before_it(readers, chief, set_time, story):
    edit(story, owner=chief)
    readers.store("/stories/pier/")
    review_dates.set_review_by(story, set_time().date(), by=chief)
    set_time.go(days=1)
    assert LAST_CHECKED.search(readers.read("/stories/pier/"))


def test_merged_topics_become_one_on_every_page_with_either(readers, story, chief, topic):
    other = make_topic(slug="locks", name="Locks")
    make_published_story(slug="lock", topics=(other,), headline="Why the lock is shut")
    pages = ("/stories/lock/", "/topics/locks/", "/topics/", "/topics/gates/", "/topics/gates/feed.atom")
    readers.store(*pages)
    merge_topics(other, topic, by=chief)
    assert "/topics/gates/" in readers.read("/stories/lock/")
    assert readers.read("/topics/locks/").startswith("301")
    assert "/topics/locks/" not in readers.read("/topics/")
    assert "Why the lock is shut" in readers.read("/topics/gates/")
    assert "Why the lock is shut" in readers.read("/topics/gates/feed.atom")


def test_a_topic_that_becomes_public_by_a_merge_is_linked_on_pages_stored_before(readers, chief):
    target, merged, other = make_topic(slug="sluices"), make_topic(), make_topic(slug="locks")
    merge_topics(merged, target, by=chief)
    for slug, topic in (("to-target", target), ("to-merged", merged)):
        make_published_story(slug=slug, texts={"behind": f"It says [more](topic:{topic.uid})."})
    make_published_story(slug="lock", topics=(other,))
    readers.store("/stories/to-target/", "/stories/to-merged/")
    assert "/topics/sluices/" not in readers.read("/stories/to-target/")
    merge_topics(other, target, by=chief)
    assert "/topics/sluices/" in readers.read("/stories/to-target/")
    assert "/topics/sluices/" in readers.read("/stories/to-merged/")


def test_merged_outlets_become_one_on_every_page_with_either(readers, story, chief, outlet):
    other = make_outlet(slug="herald", name="The Herald")
    make_published_story(slug="lock", outlets=(other, make_outlet()), headline="Why the lock is shut")
    readers.store("/stories/lock/", "/sources/herald/", "/sources/", "/sources/courier/", "/sources/courier/feed.atom")
    proposed_names.merge_outlets(other, outlet, by=chief)
    assert "/sources/courier/" in readers.read("/stories/lock/")
    assert readers.read("/sources/herald/").startswith("301")
    assert "/sources/herald/" not in readers.read("/sources/")
    assert "Why the lock is shut" in readers.read("/sources/courier/")
    assert "Why the lock is shut" in readers.read("/sources/courier/feed.atom")


def test_new_names_appear_on_the_pages_of_the_topic_the_outlet_and_the_story(readers, story, topic, outlet):
    readers.store("/stories/pier/", *LISTS)
    topic.name, outlet.name = "Sluices", "The Messenger"
    topic.save()
    outlet.save()
    assert "Sluices" in readers.read("/stories/pier/")
    assert "Sluices" in readers.read("/topics/gates/")
    assert "The Messenger" in readers.read("/sources/courier/")


def test_a_new_file_or_focal_point_of_a_picture_updates_the_pages_that_show_it(readers):
    image = make_image()
    make_published_story(slug="shown", lead_image=image, lead_alt="The pier")
    readers.store("/stories/shown/", "/")
    before = readers.read("/stories/shown/"), readers.read("/")
    image.focal_x, image.width, image.digest = 12, 48, "f" * 64
    image.save()
    assert readers.read("/stories/shown/") != before[0]
    assert readers.read("/") != before[1]


def test_a_picture_of_a_topic_appears_on_its_page(readers, story, topic):
    readers.store("/topics/gates/")
    topic.picture, topic.picture_alt = make_image(), "A row of nine gates"
    topic.save()
    assert "A row of nine gates" in readers.read("/topics/gates/")


def test_choosing_related_stories_again_updates_a_stored_page(readers, story, topic, set_time):
    readers.store("/stories/pier/")
    make_published_story(slug="crane", headline="Why the crane was moved", topics=(topic,))
    assert "Why the crane was moved" not in readers.read("/stories/pier/")
    assert related.choose_related_of_recent(set_time())
    assert "Why the crane was moved" in readers.read("/stories/pier/")


def test_a_new_arrangement_updates_the_front_page(readers, story, chief):
    readers.store("/")
    before = readers.read("/")
    first, second = sorted(("/stories/pier/", "/stories/quay/"), key=before.index)
    uid = Story.objects.get(slug=second.split("/")[2]).uid
    front_page.arrange_front_page(
        [front_page.FrontPagePlace(uid)], by=chief, seen_digest=front_page.get_arrangement_digest()
    )
    after = readers.read("/")
    assert after.index(second) < after.index(first)


def test_rerendering_updates_the_page(readers, story, monkeypatch):
    def render_another_headline(document) -> RenderedDocument:
        rendered = render_for_edition(document)
        return RenderedDocument({**rendered.fragments, "headline": "Made anew"}, rendered.summary, rendered.minutes)

    readers.store("/stories/pier/")
    monkeypatch.setattr(rerender, "render_for_edition", render_another_headline)
    list(rerender.rerender())
    assert "Made anew" in readers.read("/stories/pier/")


def test_linking_and_unlinking_a_translation_updates_both_pages(readers, story, chief, set_time):
    other = make_published_story(slug="muelle", language="es", headline="Por qué el muelle está cerrado")
    set_time.go(hours=1)
    readers.store("/stories/pier/", "/stories/muelle/")
    link_translation(other, Story.objects.get(pk=story.pk), by=chief)
    assert "/stories/muelle/" in readers.read("/stories/pier/")
    assert "/stories/pier/" in readers.read("/stories/muelle/")
    set_time.go(hours=1)
    readers.store("/stories/pier/", "/stories/muelle/")
    unlink_translation(Story.objects.get(pk=other.pk), by=chief)
    assert "/stories/muelle/" not in readers.read("/stories/pier/")
    assert "/stories/pier/" not in readers.read("/stories/muelle/")


def test_publishing_and_undoing_a_bundle_updates_the_pages_of_all_its_works(readers, story, chief, set_time):
    faq = make_question(slug="limits", question="May lorries use the pier again?")
    readers.store("/stories/pier/", "/questions/")
    edit(story, headline="Why the crane was moved")
    bundle = publishing.save_bundle("Together", [story, faq], by=chief)
    requests = [publishing.PublishRequest(story, ChangeNote("update", "It was moved.")), publishing.PublishRequest(faq)]
    publishing.publish_bundle(bundle, by=chief, requests=requests)
    assert "Why the crane was moved" in readers.read("/stories/pier/")
    assert "May lorries use the pier again?" in readers.read("/questions/")
    set_time.go(hours=1)
    readers.store("/stories/pier/", "/questions/")
    publishing.undo_bundle(bundle, by=chief, note="By mistake.")
    assert "Why the crane was moved" not in readers.read("/stories/pier/")
    assert "May lorries use the pier again?" not in readers.read("/questions/")


def test_recording_and_removing_demonstration_works_updates_the_masthead_of_stored_pages(readers, story):
    addresses = ("/", "/stories/pier/", "/topics/")
    for change, count in (
        (lambda: DemonstrationWork.objects.add([story.uid]), 1),
        (lambda: DemonstrationWork.objects.remove(story.uid), 0),
    ):
        readers.store(*addresses)
        change()
        assert [readers.read(address).count("events are invented") for address in addresses] == [count] * 3


def test_adding_and_deleting_an_about_page_updates_the_footer_of_stored_pages(readers, story):
    readers.store("/stories/pier/", "/topics/")
    about = AboutPage.objects.create(slug="how", title="How we work", text="We read.")
    assert "How we work" in readers.read("/stories/pier/")
    readers.store("/stories/pier/", "/topics/")
    about.delete()
    assert "How we work" not in readers.read("/topics/")
