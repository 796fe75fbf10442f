"""Erasing: no erased word remains in the database, in a file or on a page, and the audit log says what was erased."""

import gzip
import json
import subprocess
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection
from django.test import Client
from django_tasks_db.models import DBTaskResult

from newsroom.accounts.models import Contributor
from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Erasure, Event
from newsroom.desk.models import SavedView
from newsroom.http import clock
from newsroom.media.models import Image, Rendition
from newsroom.media.renditions import make
from newsroom.media.renditions.specs import make_spec
from newsroom.media.tasks import prepare_renditions
from newsroom.page_cache.dependencies import page_key
from newsroom.page_cache.eviction import delete_stale_pages
from newsroom.page_cache.models import StoredPage
from newsroom.redirects.models import Address
from newsroom.site.reader_reports.models import Report
from stories import imports, publishing
from stories.drafts import citations, revisions
from stories.models import (
    FAQ,
    AutosaveSlot,
    BulkItem,
    BulkRun,
    Bundle,
    BundleMember,
    Change,
    ChangeNote,
    Document,
    Edition,
    EditionKind,
    Import,
    Override,
    Revision,
    RevisionLabel,
    SourceSummary,
    State,
    Story,
    StoryQuestion,
    Work,
    WorkImage,
    WorkTopic,
)
from stories.publishing import triggers
from stories.publishing.erase import erase_edition, erase_passage, erase_work
from stories.publishing.erase.editions import REMOVED
from stories.publishing.erase.traces import ERASED
from stories.workflow import autosave, comments, shared_previews
from stories.workflow.duplicate_work import duplicate_work
from stories.workflow.reader_reports import verbs
from tests.conftest import signed_in
from tests.databases import direct_url
from tests.factories import (
    edition_of,
    make_article,
    make_outlet,
    make_published_question,
    make_published_story,
    make_question,
    make_report,
    make_story,
    make_topic,
    make_update,
    make_user,
    reduce_checks_to_hints,
)
from tests.journeys.test_leaks import Words, parts_of, read_response
from tests.journeys.world import make_world
from tests.newsroom.media.processing.pictures import draw_image, encode_image
from tests.newsroom.media.stored_files import store_upload

pytestmark = pytest.mark.database

ORDER = "Regional court of Lisle, 3 November, file 12."


@pytest.fixture
def admin(db):
    return make_user(role="Administrator", username="chief")


def dump_database() -> str:
    """Return the content of the database: the bytes of its files, or a full dump."""
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        files = [database, *database.parent.glob(f"{database.name}-*")]
        return b"\n".join(file.read_bytes() for file in files if file.exists()).decode("utf-8", "replace")
    command = ["pg_dump", direct_url()]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def dump_stored_pages() -> str:
    """Return the content of all stored pages, decompressed."""
    pages = StoredPage.objects.all()
    return "\n".join(f"{page.address} {page.keys} {gzip.decompress(page.content).decode()}" for page in pages)


def dump_media_files() -> str:
    """Return the names and the bytes of all media files."""
    files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    return "\n".join([*map(str, files), *(path.read_bytes().decode("latin-1") for path in files)])


def make_image_of_words(words: Words, place: str) -> Image:
    """Create an image with unique words in its alternative text, credit and file name, and with one rendition."""
    file = ContentFile(encode_image(draw_image(700, 500), "JPEG"), name=f"{words.one(f'{place}: file')}.jpg")
    image = store_upload(file, alt=words.one(f"{place}: alt"), credit=words.one(f"{place}: credit"))
    make.make_missing(image, [make_spec(image, "free", width=320, ending="webp")])
    return image


def label_revision(revision: Revision, text: str, *, by) -> None:
    """Label a revision, with an audit entry. The product shows and erases labels, but nothing in it creates them."""
    RevisionLabel.objects.create(revision=revision, text=text, by=by)
    after = {"revision": revision.number, "label": text}
    Event.objects.write(revision.work.kind, revision.work.uid, "labelled", by=by, after=after)


def write_admin_log(story: Story, message: str, *, by) -> None:
    """Write an admin log entry for a save."""
    kind = ContentType.objects.get_for_model(Story)
    LogEntry.objects.create(
        user=by,
        content_type=kind,
        object_id=str(story.pk),
        object_repr=str(story),
        action_flag=CHANGE,
        change_message=message,
    )


def make_story_of_words(words: Words, *, by) -> Story:
    """Create a story with unique words in its texts, and with traces of them wherever the site may store them."""
    reduce_checks_to_hints()
    text = f"What's happened\nThe gate {words.one('import')} closed.\nWhat the papers say\nThe {words.one('an outlet in the import')} says so.\n"
    imported = imports.save_import(
        imports.prepare_import(text.encode(), name=f"{words.one('import: name')}.txt", at=clock.now()), by=by
    )
    story = Story.objects.get(pk=imported.pk)
    outlet = make_outlet(name=words.one("outlet"), aliases=(words.one("alias"),), slug=words.one("outlet: slug"))
    topic = make_topic(
        picture=make_image_of_words(words, "topic"), slug=words.one("topic: slug"), aliases=(words.one("alias"),)
    )
    article = make_article(outlet=outlet)
    for row in (outlet, topic, article):
        words.write_into(row)
    story.lead_image, story.lead_alt = make_image_of_words(words, "lead"), "x"
    story.part_headings = {**story.part_headings, "deeper": words.one("part heading")}
    story.save()
    passage = SourceSummary.objects.create(story=story, text="x", position=9, proposed_outlets=[])
    passage.outlets.add(outlet)
    WorkTopic.objects.create(work=story, topic=topic)
    WorkImage.objects.create(work=story, image=make_image_of_words(words, "in the text"), alt="x")
    StoryQuestion.objects.create(story=story, faq=make_question(), wording="x", teaser="x")
    citations.cite_article(story, article)
    story.set_byline([Contributor.objects.create(name=words.one("byline"))])
    for _number in range(2):
        story.slug = words.one("slug")
        for part in parts_of(Work.objects.get(pk=story.pk)):
            words.write_into(part)
        Story.objects.filter(pk=story.pk).update(slug=story.slug, headline_confirmed=True, owner=by)
        story.refresh_from_db()
        revision = revisions.record_revision(story, by=by, reason=words.one("reason of a revision"))
        label_revision(revision, words.one("label"), by=by)
        publishing.publish(story, by=by, change=make_update(words.one("note for readers")))
        Override.objects.create(
            edition=edition_of(story),
            code="a",
            anchor="b",
            message=words.one("check"),
            reason=words.one("override"),
            by=by,
        )
    publishing.withdraw(story, by=by, notice=words.one("notice"))
    publishing.republish(story, by=by, note=words.one("note on coming back"))
    story.headline = words.one("headline still to come")
    story.save()
    revisions.record_revision(story, by=by)
    correction = ChangeNote(Change.CORRECTION, "x", was_wrong=words.one("wrong"), is_right=words.one("right"))
    publishing.schedule(story, by=by, at=clock.now() + timedelta(days=3), change=correction)
    shared_previews.create_link(story, by=by, label=words.one("preview"), ends_at=clock.now() + timedelta(hours=1))
    bundle = Bundle.objects.create(title=words.one("bundle"), created_by=by)
    BundleMember.objects.create(bundle=bundle, work=story)
    Work.objects.filter(pk=story.pk).update(
        review_reason=words.one("reason of a review"),
        reviewed_revision=revisions.get_newest_revision(story),
        reviewed_by=by,
    )
    write_admin_log(story, words.one("log"), by=by)
    question = make_question()
    revisions.record_revision(question, by=by)
    question.introduction = "Another one."
    question.save()
    revisions.record_revision(question, by=by, reason=f"Created for the story “{story.headline}”")
    other = make_published_story()
    message = f"Another live story has the headline “{story.headline}”. Reword this one."
    Override.objects.create(edition=edition_of(other), code="a", anchor="b", message=message, reason="So be it.", by=by)
    note = {"line": 1, "code": "similar-story", "message": f"“{story.headline}” is very similar."}
    document = other.revisions.latest("number").document
    Import.objects.create(digest="0" * 64, work=other, document=document, format="text", notes=[note])
    report = {name: words.one(f"report: {name}") for name in ("sentence", "problem", "source")}
    make_report(story, **report, email=f"{words.one('report: e-mail')}@lisle.example")
    session = SessionStore()
    session["_messages"] = json.dumps([words.one("message")])
    session.save()
    return story


@pytest.mark.audit
@pytest.mark.django_db(transaction=True)
def test_no_word_of_an_erased_story_remains_anywhere(admin):
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=OFF")  # It is on in some builds, but erasing must work without it.
    world, words = make_world(), Words()
    story = make_story_of_words(words, by=admin)
    uid, pk = story.uid, story.pk
    assert len(words.where) > 60
    content = dump_database()
    assert len([word for word in words.where if word in content]) > 55
    image_count = Image.objects.count()
    page = edition_of(story).get_absolute_url()
    for address in (page, f"{page[:-1]}.txt", "/", "/stories/", "/feeds/stories.atom", *world.public.values()):
        Client().get(address)
    StoredPage.objects.filter(address=page).update(release="of-before")
    assert len([word for word in words.where if word in dump_stored_pages()]) > 20

    erase_work(story, by=admin, reason=ORDER)

    content, files = dump_database() + dump_stored_pages(), dump_media_files()
    assert [where for word, where in words.where.items() if word in content] == []
    (task,) = DBTaskResult.objects.filter(task_path="newsroom.page_cache.eviction.delete_stale_pages")
    StoredPage.objects.create(release="one", address="/x/", status=200, content=b"", keys={page_key("story", uid): 1})
    delete_stale_pages.call(*task.args_kwargs["args"])
    assert str(uid) not in dump_stored_pages()
    assert uid.hex not in dump_stored_pages()
    assert [where for word, where in words.where.items() if word in files] == []
    assert Image.objects.count() == image_count - 3
    assert {path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()} == {
        Path(name).name for model in (Image, Rendition) for name in model.objects.values_list("file", flat=True)
    }
    assert triggers.missing() == []

    clients = [Client(), Client()]
    clients[1].force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    addresses = [*world.public.values(), *(f"/stories/{word}/" for word in words.where)]
    addresses += [f"/search/?q={word}" for word in words.where]
    desk = ["/admin/", "/admin/stories/story/", "/admin/stories/faq/", "/admin/topics/topic/", "/admin/stories/outlet/"]
    desk += ["/admin/stories/article/", "/admin/media/image/", "/admin/record/event/", "/admin/stories/bundle/"]
    for client, pages in ((clients[0], addresses), (clients[1], desk)):
        for address in pages:
            content = read_response(client, address)
            requested = address.rpartition("=")[2].strip("/").rpartition("/")[2]
            assert [words.where[word] for word in words.where if word in content and word != requested] == [], address

    event = Event.objects.about(uid)[0]
    assert (event.verb, event.by, event.reason, event.after) == ("erased", admin, ORDER, {"scope": "the whole page"})
    erasure = Erasure.objects.get()
    assert (erasure.uid, erasure.by, erasure.reason, erasure.closed_at is None) == (uid, admin, ORDER, False)
    assert not Work.objects.filter(pk=pk).exists()


@pytest.mark.django_db
def test_reports_that_repeat_a_title_of_an_erased_work_are_deleted(admin, client):
    story = make_published_story(headline="Mr Xylander sold the ferry", by=admin)
    story.headline = "Mr Xylander did not sell the ferry"
    story.save()
    revisions.record_revision(story, by=admin)
    quotes = {
        "sentence": "“MR XYLANDER sold the ferry”, it says.",
        "source": "Mr Xylander did not sell the ferry, p. 1",
    }
    quoting = [make_report(**{name: words}) for name, words in quotes.items()]
    form = {"page": "Mr Xylander sold the ferry", "problem": "It was not me."}
    client.post("/reports/", form, headers={"Sec-Fetch-Site": "same-origin"})
    verbs.dismiss_report(quoting[0], by=admin, reason="“Mr Xylander sold the ferry” is right.")
    unrelated = make_report(problem="The ferry is late.")
    assert Report.objects.count() == 4
    erase_work(story, by=admin, reason=ORDER)
    assert list(Report.objects.all()) == [unrelated]
    assert not Event.objects.filter(reason__contains="Xylander").exists()


@pytest.mark.django_db
def test_the_log_of_a_duplicate_no_longer_names_the_erased_original(admin):
    story = make_story(headline="The Qxsecret ferry")
    duplicate = duplicate_work(story, by=admin)
    erase_work(story, by=admin, reason=ORDER)
    (event,) = Event.objects.filter(uid=duplicate.uid, verb="duplicated")
    assert event.after == {}
    assert revisions.get_newest_revision(duplicate).reason == ""


@pytest.mark.django_db
def test_saved_filters_by_an_erased_topic_or_its_alias_are_deleted(admin):
    topic, other = make_topic(name="Mr Xylander", aliases=("Xylander",)), make_topic(name="Ferries")
    story = make_story(topics=(topic, other))
    make_story(topics=(other,))
    for name, query in (("a", "topic=mr+xylander"), ("b", "owner=me&topic=Xylander"), ("c", "topic=Ferries")):
        SavedView.objects.create(owner=admin, listing="stories.story", name=name, query=query)
    erase_work(story, by=admin, reason=ORDER)
    assert [view.name for view in SavedView.objects.all()] == ["c"]


@pytest.mark.django_db
def test_comments_notes_and_autosaved_text_with_the_title_of_an_erased_work_are_erased(admin):
    story, other = make_story(headline="The Qxsecret ferry"), make_story()
    quoting = comments.add_comment(other, "As in “the QXSECRET ferry”.", by=admin, at=clock.now())
    unrelated = comments.add_comment(other, "A ferry.", by=admin, at=clock.now())
    run = BulkRun.objects.create(verb="submit", by=admin, said={"to": 7, "note": "After the Qxsecret ferry"})
    BulkItem.objects.create(run=run, work=other)
    for title in ("The Qxsecret ferry sails", "A ferry"):
        values = [("headline", title)]
        autosave.store(
            None, "story", by=admin, window=uuid4(), sequence=1, values=values, base=0, title=title, at=clock.now()
        )
    erase_work(story, by=admin, reason=ORDER)
    for row in (quoting, unrelated, run):
        row.refresh_from_db()
    assert (quoting.text, unrelated.text, run.said) == ("Erased.", "A ferry.", {"to": 7, "note": ""})
    assert [slot.title for slot in AutosaveSlot.objects.all()] == ["A ferry"]


@pytest.mark.django_db
def test_the_erase_screen_links_to_the_reader_reports(admin):
    answer = signed_in(admin).get(f"/admin/stories/story/{make_story().pk}/erase/")
    content = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    assert 'href="/admin/site/report/"' in content


@pytest.mark.django_db
def test_rows_that_other_works_use_are_not_erased(admin):
    outlet, topic, article = make_outlet(), make_topic(), make_article()
    shared = {"outlets": (outlet, make_outlet()), "topics": (topic,), "articles": (article,), "byline": ("Ida Sund",)}
    other, story = make_published_story(**shared), make_published_story(**shared)
    before = list(Edition.objects.filter(work=other).values())
    erase_work(story, by=admin, reason=ORDER)
    for row in (outlet, topic, article):
        row.refresh_from_db()
    assert list(Edition.objects.filter(work=other).values()) == before
    assert other.byline_names() == ["Ida Sund"]


@pytest.mark.django_db
def test_an_image_in_a_revision_of_another_work_is_not_erased(admin):
    image = make_image_of_words(Words(), "x")
    other = make_story(lead_image=image, lead_alt="A pier")
    other.lead_image, other.lead_alt = None, ""
    other.save()
    revisions.record_revision(other, by=admin)
    erase_work(make_story(lead_image=image, lead_alt="A pier"), by=admin, reason=ORDER)
    assert Image.objects.filter(pk=image.pk).exists()


@pytest.mark.django_db
def test_the_address_of_an_erased_page_answers_404_and_remains_reserved(admin, client):
    story = make_published_story(slug="named-in-an-order")
    erase_work(story, by=admin, reason=ORDER)
    assert client.get("/stories/named-in-an-order/").status_code == 404
    assert not Address.objects.filter(slug="named-in-an-order").exists()
    assert Address.objects.owner_uid("story", "named-in-an-order") == story.uid
    with pytest.raises(publishing.InvalidStateError, match="permanently belongs to another page"):
        publishing.publish(make_story(slug="named-in-an-order"), by=admin)


@pytest.mark.django_db
def test_a_question_is_erased_from_every_story_that_ever_asked_it(admin):
    question = make_published_question(question="Who moved the qxquay stone?")
    asking_now, asking_before = (make_published_story(questions=(question,)) for _ in range(2))
    asking_before.story_questions.all().delete()
    revisions.record_revision(asking_before, by=admin)
    erase_work(question, by=admin, reason=ORDER)
    assert not FAQ.objects.filter(pk=question.pk).exists()
    assert not [row for row in Document.objects.all() if "qxquay" in json.dumps(row.body)]
    assert not [edition for edition in Edition.objects.all() if "qxquay" in f"{edition.fragments}"]
    for story in (asking_now, asking_before):
        assert Event.objects.about(story.uid)[0].after == {"scope": "a question"}
        assert edition_of(story).kind == EditionKind.PAGE


def make_story_with_secret(*, by) -> tuple[Story, SourceSummary]:
    """Create a story with a secret passage, publish it twice, and return the story and the passage."""
    outlets = (make_outlet(), make_outlet(), make_outlet(name="The Qxsecret Post"))
    story = make_published_story(outlets=outlets)
    secret = story.passages.get(outlets=outlets[2])
    secret.text = "The Qxsecret Post says that qxsecret things were said in the third pillar of the pier."
    secret.save()
    revisions.record_revision(story, by=by)
    publishing.publish(story, by=by, change=make_update())
    return story, secret


@pytest.mark.django_db
def test_a_passage_is_erased_from_every_edition_and_revision_and_from_the_draft(admin, client):
    story, secret = make_story_with_secret(by=admin)
    spans = list(Edition.objects.filter(work=story).values_list("number", "live_from", "live_until", "title"))
    numbers = list(Revision.objects.filter(work=story).values_list("number", "created_at"))
    write_admin_log(story, "Changed passage “The Qxsecret Post says”.", by=admin)
    erase_passage(story, secret.uid, by=admin, reason=ORDER)
    assert not [row for row in Document.objects.all() if "qxsecret" in json.dumps(row.body).lower()]
    for edition in Edition.objects.filter(work=story):
        assert "qxsecret" not in f"{edition.fragments}{edition.summary}".lower()
        assert edition.outlet_count == edition.edition_outlets.count() == 2
        assert edition.document.digest == edition.document.value().digest()
    assert list(Edition.objects.filter(work=story).values_list("number", "live_from", "live_until", "title")) == spans
    assert list(Revision.objects.filter(work=story).values_list("number", "created_at")) == numbers
    assert not SourceSummary.objects.filter(pk=secret.pk).exists()
    assert not LogEntry.objects.exists()
    assert "qxsecret" not in client.get(f"/stories/{story.slug}/").content.decode().lower()
    assert revisions.record_revision(story, by=admin).number == numbers[0][0]
    assert Event.objects.about(story.uid)[0].after == {"scope": "a passage"}


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["section", "answer"])
def test_sections_and_answers_are_erased_like_passages(admin, part):
    work = make_published_story() if part == "section" else make_published_question()
    row = work.sections.get(kind="behind") if part == "section" else work.answers.all()[0]
    erase_passage(work, row.uid, by=admin, reason=ORDER)
    assert not type(row).objects.filter(pk=row.pk).exists()
    assert not [doc for doc in Document.objects.all() if str(row.uid) in json.dumps(doc.body)]


@pytest.mark.django_db
def test_results_of_bulk_actions_quote_no_erased_answer(admin):
    question = make_published_question()
    answer = question.answers.first()
    item = BulkRun.objects.create(verb="renew", by=admin).items.create(
        work=question, state="refused", words=f"“{answer.question}” changed since you opened this list. Read it again."
    )
    erase_passage(question, answer.uid, by=admin, reason=ORDER)
    item.refresh_from_db()
    assert item.words == ERASED


@pytest.mark.django_db
def test_a_passage_of_another_work_is_refused_without_opening_an_erasure(admin):
    story, other = make_published_story(), make_published_story()
    with pytest.raises(publishing.InvalidStateError, match="never contained this passage"):
        erase_passage(story, other.passages.all()[0].uid, by=admin, reason=ORDER)
    assert not Erasure.objects.exists()


@pytest.mark.django_db
def test_an_erased_edition_keeps_its_number_and_span_and_shows_a_notice(admin):
    story, _ = make_story_with_secret(by=admin)
    first, second = Edition.objects.filter(work=story).order_by("number")
    story.passages.filter(outlets__name="The Qxsecret Post").delete()
    label_revision(second.revision, "qxsecret label", by=admin)
    Work.objects.filter(pk=story.pk).update(state=State.APPROVED, reviewed_revision=second.revision)
    revisions.record_revision(story, by=admin)
    publishing.publish(story, by=admin, change=make_update("Without it."))
    third = edition_of(story)
    erase_edition(second, by=admin, reason=ORDER)
    erased = Edition.objects.get(pk=second.pk)
    assert (erased.number, erased.live_from, erased.live_until) == (2, second.live_from, third.live_from)
    assert (erased.kind, erased.notice, erased.document, erased.revision) == (
        "notice",
        "This edition was removed.",
        None,
        None,
    )
    assert not [row for row in Document.objects.all() if "qxsecret things" in json.dumps(row.body)]
    assert not [event for event in Event.objects.all() if "qxsecret" in f"{event.before}{event.after}{event.reason}"]
    assert not Revision.objects.filter(pk=second.revision_id).exists()
    assert Work.objects.get(pk=story.pk).state == State.DRAFT
    for other in (first, third):
        assert Edition.objects.get(pk=other.pk).kind == EditionKind.PAGE
    assert Event.objects.about(story.uid)[0].after == {"scope": "edition 2"}
    with pytest.raises(publishing.InvalidStateError, match="has already been erased"):
        erase_edition(erased, by=admin, reason=ORDER)


@pytest.mark.django_db
def test_the_history_pages_work_after_an_edition_was_erased(admin, client):
    story, secret = make_story_with_secret(by=admin)
    secret.delete()
    revisions.record_revision(story, by=admin)
    publishing.publish(story, by=admin, change=make_update("A summary was added."))
    erase_edition(Edition.objects.get(work=story, number=2), by=admin, reason=ORDER)
    base = f"/stories/{story.slug}/"
    pages = [base, f"{base}history/", *(f"{base}history/{number}/" for number in (1, 2, 3))]
    responses = {address: client.get(address) for address in pages}
    assert responses[base].status_code == responses[f"{base}history/"].status_code == 200
    assert not [address for address, response in responses.items() if "qxsecret things" in response.content.decode()]
    assert {response.status_code for response in responses.values()} <= {200, 404, 410}


@pytest.mark.django_db
def test_an_address_that_only_an_erased_edition_had_is_erased_with_it(admin, client):
    story = make_published_story(slug="qxsecret-address")
    story.slug = "another-address"
    story.save()
    revisions.record_revision(story, by=admin)
    publishing.publish(story, by=admin, change=make_update("It moved."))
    erase_edition(Edition.objects.get(work=story, number=1), by=admin, reason=ORDER)
    assert not Address.objects.filter(slug="qxsecret-address").exists()
    assert not Edition.objects.filter(slug__contains="qxsecret").exists()
    assert client.get("/stories/qxsecret-address/").status_code == 404
    assert client.get("/stories/another-address/").status_code == 200
    assert Address.objects.owner_uid("story", "qxsecret-address") == story.uid


@pytest.mark.django_db
def test_an_erased_live_edition_answers_410_until_the_page_is_republished(admin, client):
    story = make_published_story()
    story.standfirst = "Another summary of the pier."
    story.save()
    revisions.record_revision(story, by=admin)
    erase_edition(edition_of(story), by=admin, reason=ORDER)
    response = client.get(f"/stories/{story.slug}/")
    assert (response.status_code, REMOVED in response.content.decode()) == (410, True)
    publishing.republish(story, by=admin, note="Without what had to go.")
    assert client.get(f"/stories/{story.slug}/").status_code == 200


@pytest.mark.django_db
def test_erasing_a_pending_schedule_cancels_it(admin):
    story = make_published_story()
    story.headline = "Why the north pier stays closed until spring"
    story.save()
    revisions.record_revision(story, by=admin)
    pending = publishing.schedule(story, by=admin, at=clock.now() + timedelta(days=2), change=make_update())
    story.headline = "Why the north pier of Port Lisle is closed for good"
    story.save()
    revisions.record_revision(story, by=admin)
    erase_edition(pending, by=admin, reason=ORDER)
    pending.refresh_from_db()
    assert (pending.is_cancelled, pending.kind) == (True, "notice")
    assert [edition.number for edition in Edition.objects.in_force(clock.now() + timedelta(days=9))] == [1]


@pytest.mark.django_db
def test_erasing_the_live_edition_cancels_pending_schedules(admin):
    story = make_published_story()
    for headline in ("Why the north pier stays closed until spring", "Why the north pier opens again in spring"):
        story.headline = headline
        story.save()
        revisions.record_revision(story, by=admin)
    publishing.schedule(story, by=admin, at=clock.now() + timedelta(days=2), change=make_update())
    live = Edition.objects.live(clock.now()).get(work=story)
    erase_edition(live, by=admin, reason=ORDER)
    (notice,) = Edition.objects.in_force(clock.now() + timedelta(days=9))
    assert (notice.number, notice.kind) == (live.number, EditionKind.NOTICE)


@pytest.mark.django_db
def test_an_edition_with_the_same_document_as_the_draft_cannot_be_erased(admin):
    story = make_published_story()
    with pytest.raises(publishing.InvalidStateError, match="The draft has exactly the same text"):
        erase_edition(edition_of(story), by=admin, reason=ORDER)
    assert edition_of(story).kind == "page"


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["Writer", "Editor", "Curator"])
def test_only_administrators_erase(role):
    story, user = make_published_story(), make_user(role=role)
    passage = story.passages.all()[0].uid
    for erase in (
        lambda: erase_work(story, by=user, reason=ORDER),
        lambda: erase_edition(edition_of(story), by=user, reason=ORDER),
        lambda: erase_passage(story, passage, by=user, reason=ORDER),
    ):
        with pytest.raises(NotAllowedError):
            erase()
    assert not Erasure.objects.exists()


@pytest.mark.django_db
def test_nothing_is_erased_without_a_reason(admin):
    story = make_published_story()
    with pytest.raises(publishing.InvalidStateError, match="reference number"):
        erase_work(story, by=admin, reason=" \n")
    assert Work.objects.filter(pk=story.pk).exists()


@pytest.mark.django_db
def test_a_work_cannot_be_erased_twice(admin):
    story = make_story()
    erase_work(Story.objects.get(pk=story.pk), by=admin, reason=ORDER)
    with pytest.raises(publishing.InvalidStateError, match="has been erased"):
        erase_work(story, by=admin, reason=ORDER)


@pytest.mark.django_db
def test_the_triggers_are_active_again_after_an_erasure(admin):
    other = make_published_story()
    erase_work(make_published_story(), by=admin, reason=ORDER)
    with pytest.raises(IntegrityError, match="never changes"):
        Edition.objects.filter(work=other).update(title="Another")


@pytest.mark.django_db
def test_tasks_for_an_image_of_an_erased_story_are_deleted(admin):
    image = make_image_of_words(Words(), "x")
    task = prepare_renditions.enqueue(str(image.uid))
    other = prepare_renditions.enqueue(str(uuid4()))
    erase_work(make_story(lead_image=image, lead_alt="A pier"), by=admin, reason=ORDER)
    remaining = {str(pk) for pk in DBTaskResult.objects.values_list("pk", flat=True)}
    assert str(task.id) not in remaining
    assert str(other.id) in remaining
