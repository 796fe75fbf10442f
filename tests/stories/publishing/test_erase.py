"""What was erased is nowhere: not in the database, not in a file, not at any address; the record says that it was erased."""

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
from pytest_django.asserts import assertContains

from newsroom.accounts.models import Contributor
from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Erasure, Event
from newsroom.http import clock
from newsroom.media import images
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
from stories.workflow import autosave, comments, shared_previews
from stories.workflow.reader_reports import verbs
from tests.conftest import signed_in
from tests.factories import (
    edition_of,
    let_pass,
    make_article,
    make_outlet,
    make_published_question,
    make_published_story,
    make_question,
    make_report,
    make_story,
    make_topic,
    make_user,
    update,
)
from tests.journeys.test_leaks import Words, answer_of, parts_of
from tests.journeys.world import make_world
from tests.newsroom.media.processing.pictures import draw_image, encode_image

pytestmark = pytest.mark.database

ORDER = "Regional court of Lisle, 3 November, file 12."


@pytest.fixture
def chief(db):
    return make_user(role="Administrator", username="chief")


def everything_kept() -> str:
    """Return all that the database keeps: the bytes of its files, or a full dump."""
    if connection.vendor == "sqlite":
        files = Path(connection.settings_dict["NAME"])
        written = [files, *files.parent.glob(f"{files.name}-*")]
        return b"\n".join(file.read_bytes() for file in written if file.exists()).decode("utf-8", "replace")
    place = connection.settings_dict
    program = ["pg_dump", "--host", place["HOST"], "--username", place["USER"], place["NAME"]]
    return subprocess.run(program, check=True, capture_output=True, text=True).stdout


def pages_kept() -> str:
    """Return all that stored pages hold, unpacked."""
    pages = StoredPage.objects.all()
    return "\n".join(f"{page.address} {page.keys} {gzip.decompress(page.content).decode()}" for page in pages)


def files_kept() -> str:
    """Return the names and the bytes of all files of the test."""
    files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    return "\n".join([*map(str, files), *(path.read_bytes().decode("latin-1") for path in files)])


def picture(words: Words, where: str) -> Image:
    """Take in a picture whose every text, and the name of its file, is a word of its own; make a rendition of it."""
    file = ContentFile(encode_image(draw_image(700, 500), "JPEG"), name=f"{words.one(f'{where}: file')}.jpg")
    image = images.store_upload(file, by=None, alt=words.one(f"{where}: alt"), credit=words.one(f"{where}: credit"))
    make.make_missing(image, [make_spec(image, "free", width=320, ending="webp")])
    return image


def log_of(story: Story, message: str, *, by) -> None:
    """Write what the admin would write about a save."""
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
    """Make a story every word of which stands nowhere else, with a life of its own at the desk and before readers."""
    let_pass()
    text = f"What's happened\nThe gate {words.one('import')} closed.\nWhat the papers say\nThe {words.one('an outlet in the import')} says so.\n"
    taken = imports.save_import(
        imports.prepare_import(text.encode(), name=f"{words.one('import: name')}.txt", at=clock.now()), by=by
    )
    story = Story.objects.get(pk=taken.pk)
    outlet = make_outlet(name=words.one("outlet"), aliases=(words.one("alias"),), slug=words.one("outlet: slug"))
    topic = make_topic(picture=picture(words, "topic"), slug=words.one("topic: slug"), aliases=(words.one("alias"),))
    article = make_article(outlet=outlet)
    for row in (outlet, topic, article):
        words.write_into(row)
    story.lead_image, story.lead_alt = picture(words, "lead"), "x"
    story.part_headings = {**story.part_headings, "deeper": words.one("part heading")}
    story.save()
    passage = SourceSummary.objects.create(story=story, text="x", position=9, proposed_outlets=[])
    passage.outlets.add(outlet)
    WorkTopic.objects.create(work=story, topic=topic)
    WorkImage.objects.create(work=story, image=picture(words, "in the text"), alt="x")
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
        revisions.label_revision(revision, words.one("label"), by=by)
        publishing.publish(story, by=by, change=update(words.one("note for readers")))
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
    log_of(story, words.one("log"), by=by)
    made_for_it = make_question()
    revisions.record_revision(made_for_it, by=by)
    made_for_it.introduction = "Another one."
    made_for_it.save()
    revisions.record_revision(made_for_it, by=by, reason=f"Made for the story “{story.headline}”")
    other = make_published_story()
    said = f"Another story is live under the headline “{story.headline}”."
    Override.objects.create(edition=edition_of(other), code="a", anchor="b", message=said, reason="So be it.", by=by)
    near = {"line": 1, "code": "similar-story", "message": f"“{story.headline}” tells nearly the same."}
    document = other.revisions.latest("number").document
    Import.objects.create(digest="0" * 64, work=other, document=document, format="text", notes=[near])
    reported = {name: words.one(f"report: {name}") for name in ("sentence", "problem", "source")}
    make_report(story, **reported, email=f"{words.one('report: e-mail')}@lisle.example")
    session = SessionStore()
    session["_messages"] = json.dumps([words.one("message")])
    session.save()
    return story


@pytest.mark.django_db(transaction=True)
def test_of_an_erased_story_no_word_is_left_anywhere(chief):
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=OFF")  # some builds overwrite what is deleted, ours must not need it
    world, words = make_world(), Words()
    story = make_story_of_words(words, by=chief)
    uid, pk = story.uid, story.pk
    assert len(words.where) > 60
    kept = everything_kept()
    assert len([word for word in words.where if word in kept]) > 55
    pictures = Image.objects.count()
    page = edition_of(story).get_absolute_url()
    for address in (page, f"{page[:-1]}.txt", "/", "/stories/", "/feeds/stories.atom", *world.public.values()):
        Client().get(address)
    StoredPage.objects.filter(address=page).update(release="of-before")
    assert len([word for word in words.where if word in pages_kept()]) > 20

    erase_work(story, by=chief, reason=ORDER)

    kept, files = everything_kept() + pages_kept(), files_kept()
    assert [where for word, where in words.where.items() if word in kept] == []
    (task,) = DBTaskResult.objects.filter(task_path="newsroom.page_cache.eviction.delete_stale_pages")
    StoredPage.objects.create(release="one", address="/x/", status=200, content=b"", keys={page_key("story", uid): 1})
    delete_stale_pages.call(*task.args_kwargs["args"])
    assert str(uid) not in pages_kept()
    assert uid.hex not in pages_kept()
    assert [where for word, where in words.where.items() if word in files] == []
    assert Image.objects.count() == pictures - 3
    assert {path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()} == {
        Path(name).name for model in (Image, Rendition) for name in model.objects.values_list("file", flat=True)
    }
    assert triggers.missing() == []

    clients = [Client(), Client()]
    clients[1].force_login(chief, backend="django.contrib.auth.backends.ModelBackend")
    addresses = [*world.public.values(), *(f"/stories/{word}/" for word in words.where)]
    addresses += [f"/search/?q={word}" for word in words.where]
    desk = ["/admin/", "/admin/stories/story/", "/admin/stories/faq/", "/admin/topics/topic/", "/admin/stories/outlet/"]
    desk += ["/admin/stories/article/", "/admin/media/image/", "/admin/record/event/", "/admin/stories/bundle/"]
    for client, opened in ((clients[0], addresses), (clients[1], desk)):
        for address in opened:
            answer = answer_of(client, address)
            asked = address.rpartition("=")[2].strip("/").rpartition("/")[2]
            assert [words.where[word] for word in words.where if word in answer and word != asked] == [], address

    event = Event.objects.about(uid)[0]
    assert (event.verb, event.by, event.reason, event.after) == ("erased", chief, ORDER, {"scope": "the whole page"})
    erasure = Erasure.objects.get()
    assert (erasure.uid, erasure.by, erasure.reason, erasure.closed_at is None) == (uid, chief, ORDER, False)
    assert not Work.objects.filter(pk=pk).exists()


@pytest.mark.django_db
def test_reports_that_repeat_a_title_of_an_erased_work_go_too(chief, client):
    story = make_published_story(headline="Mr Xylander sold the ferry", by=chief)
    story.headline = "Mr Xylander did not sell the ferry"
    story.save()
    revisions.record_revision(story, by=chief)
    said = {"sentence": "“MR XYLANDER sold the ferry”, it says.", "source": "Mr Xylander did not sell the ferry, p. 1"}
    gone = [make_report(**{name: words}) for name, words in said.items()]
    form = {"page": "Mr Xylander sold the ferry", "problem": "It was not me."}
    client.post("/reports/", form, headers={"Sec-Fetch-Site": "same-origin"})
    verbs.dismiss_report(gone[0], by=chief, reason="“Mr Xylander sold the ferry” is right.")
    stays = make_report(problem="The ferry is late.")
    assert Report.objects.count() == 4
    erase_work(story, by=chief, reason=ORDER)
    assert list(Report.objects.all()) == [stays]
    assert not Event.objects.filter(reason__contains="Xylander").exists()


@pytest.mark.django_db
def test_what_people_said_elsewhere_under_the_title_of_an_erased_work_goes_too(chief):
    story, other = make_story(headline="The Qxsecret ferry"), make_story()
    said = comments.add_comment(other, "As in “the QXSECRET ferry”.", by=chief, at=clock.now())
    kept = comments.add_comment(other, "A ferry.", by=chief, at=clock.now())
    run = BulkRun.objects.create(verb="submit", by=chief, said={"to": 7, "note": "After the Qxsecret ferry"})
    BulkItem.objects.create(run=run, work=other)
    for title in ("The Qxsecret ferry sails", "A ferry"):
        values = [("headline", title)]
        autosave.store(
            None, "story", by=chief, window=uuid4(), sequence=1, values=values, base=0, title=title, at=clock.now()
        )
    erase_work(story, by=chief, reason=ORDER)
    for row in (said, kept, run):
        row.refresh_from_db()
    assert (said.text, kept.text, run.said) == ("Erased.", "A ferry.", {"to": 7, "note": ""})
    assert [slot.title for slot in AutosaveSlot.objects.all()] == ["A ferry"]


@pytest.mark.django_db
def test_the_screen_of_an_erasure_leads_to_the_reports_that_may_quote_it(chief):
    answer = signed_in(chief).get(f"/admin/stories/story/{make_story().pk}/erase/")
    assertContains(answer, '<a href="/admin/site/report/">look through the reports</a>')


@pytest.mark.django_db
def test_what_others_use_too_stays(chief):
    outlet, topic, article = make_outlet(), make_topic(), make_article()
    shared = {"outlets": (outlet, make_outlet()), "topics": (topic,), "articles": (article,), "byline": ("Ida Sund",)}
    other, story = make_published_story(**shared), make_published_story(**shared)
    before = list(Edition.objects.filter(work=other).values())
    erase_work(story, by=chief, reason=ORDER)
    for row in (outlet, topic, article):
        row.refresh_from_db()
    assert list(Edition.objects.filter(work=other).values()) == before
    assert other.byline_names() == ["Ida Sund"]


@pytest.mark.django_db
def test_a_picture_that_another_revision_shows_stays(chief):
    image = picture(Words(), "x")
    other = make_story(lead_image=image, lead_alt="A pier")
    other.lead_image, other.lead_alt = None, ""
    other.save()
    revisions.record_revision(other, by=chief)
    erase_work(make_story(lead_image=image, lead_alt="A pier"), by=chief, reason=ORDER)
    assert Image.objects.filter(pk=image.pk).exists()


@pytest.mark.django_db
def test_the_address_of_an_erased_page_answers_nothing_and_stays_taken(chief, client):
    story = make_published_story(slug="named-in-an-order")
    erase_work(story, by=chief, reason=ORDER)
    assert client.get("/stories/named-in-an-order/").status_code == 404
    assert not Address.objects.filter(slug="named-in-an-order").exists()
    assert Address.objects.owner_uid("story", "named-in-an-order") == story.uid
    with pytest.raises(publishing.InvalidStateError, match="belongs to another page for ever"):
        publishing.publish(make_story(slug="named-in-an-order"), by=chief)


@pytest.mark.django_db
def test_an_erased_question_goes_out_of_every_story_that_ever_asked_it(chief):
    question = make_published_question(question="Who moved the qxquay stone?")
    asking, asked_once = (make_published_story(questions=(question,)) for _ in range(2))
    asked_once.story_questions.all().delete()
    revisions.record_revision(asked_once, by=chief)
    erase_work(question, by=chief, reason=ORDER)
    assert not FAQ.objects.filter(pk=question.pk).exists()
    assert not [row for row in Document.objects.all() if "qxquay" in json.dumps(row.body)]
    assert not [edition for edition in Edition.objects.all() if "qxquay" in f"{edition.fragments}"]
    for story in (asking, asked_once):
        assert Event.objects.about(story.uid)[0].after == {"scope": "a question"}
        assert edition_of(story).kind == EditionKind.PAGE


def make_story_with_secret(*, by) -> tuple[Story, SourceSummary]:
    """Make a story one passage of which says more than it may, published with it and then without."""
    outlets = (make_outlet(), make_outlet(), make_outlet(name="The Qxsecret Post"))
    story = make_published_story(outlets=outlets)
    secret = story.passages.get(outlets=outlets[2])
    secret.text = "The Qxsecret Post says that qxsecret things were said in the third pillar of the pier."
    secret.save()
    revisions.record_revision(story, by=by)
    publishing.publish(story, by=by, change=update())
    return story, secret


@pytest.mark.django_db
def test_an_erased_passage_is_gone_from_every_edition_and_revision_and_from_the_desk(chief, client):
    story, secret = make_story_with_secret(by=chief)
    spans = list(Edition.objects.filter(work=story).values_list("number", "live_from", "live_until", "title"))
    numbers = list(Revision.objects.filter(work=story).values_list("number", "created_at"))
    log_of(story, "Changed passage “The Qxsecret Post says”.", by=chief)
    erase_passage(story, secret.uid, by=chief, reason=ORDER)
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
    assert revisions.record_revision(story, by=chief).number == numbers[0][0]
    assert Event.objects.about(story.uid)[0].after == {"scope": "a passage"}


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["section", "answer"])
def test_a_section_and_an_answer_are_erased_like_a_passage(chief, part):
    work = make_published_story() if part == "section" else make_published_question()
    row = work.sections.get(kind="behind") if part == "section" else work.answers.all()[0]
    erase_passage(work, row.uid, by=chief, reason=ORDER)
    assert not type(row).objects.filter(pk=row.pk).exists()
    assert not [doc for doc in Document.objects.all() if str(row.uid) in json.dumps(doc.body)]


@pytest.mark.django_db
def test_a_passage_of_another_page_is_refused_and_nothing_is_opened(chief):
    story, other = make_published_story(), make_published_story()
    with pytest.raises(publishing.InvalidStateError, match="no such passage"):
        erase_passage(story, other.passages.all()[0].uid, by=chief, reason=ORDER)
    assert not Erasure.objects.exists()


@pytest.mark.django_db
def test_an_erased_edition_leaves_its_number_its_span_and_a_notice(chief):
    story, _ = make_story_with_secret(by=chief)
    first, second = Edition.objects.filter(work=story).order_by("number")
    story.passages.filter(outlets__name="The Qxsecret Post").delete()
    revisions.label_revision(second.revision, "qxsecret label", by=chief)
    Work.objects.filter(pk=story.pk).update(state=State.APPROVED, reviewed_revision=second.revision)
    revisions.record_revision(story, by=chief)
    publishing.publish(story, by=chief, change=update("Without it."))
    third = edition_of(story)
    erase_edition(second, by=chief, reason=ORDER)
    shell = Edition.objects.get(pk=second.pk)
    assert (shell.number, shell.live_from, shell.live_until) == (2, second.live_from, third.live_from)
    assert (shell.kind, shell.notice, shell.document, shell.revision) == (
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
    with pytest.raises(publishing.InvalidStateError, match="was erased already"):
        erase_edition(shell, by=chief, reason=ORDER)


@pytest.mark.django_db
def test_what_is_left_of_an_erased_edition_breaks_no_page_of_its_history(chief, client):
    story, secret = make_story_with_secret(by=chief)
    secret.delete()
    revisions.record_revision(story, by=chief)
    publishing.publish(story, by=chief, change=update("A summary was added."))
    erase_edition(Edition.objects.get(work=story, number=2), by=chief, reason=ORDER)
    base = f"/stories/{story.slug}/"
    pages = [base, f"{base}history/", *(f"{base}history/{number}/" for number in (1, 2, 3))]
    answers = {address: client.get(address) for address in pages}
    assert answers[base].status_code == answers[f"{base}history/"].status_code == 200
    assert not [address for address, answer in answers.items() if "qxsecret things" in answer.content.decode()]
    assert {answer.status_code for answer in answers.values()} <= {200, 404, 410}


@pytest.mark.django_db
def test_an_address_that_only_an_erased_edition_had_is_forgotten_with_it(chief, client):
    story = make_published_story(slug="qxsecret-address")
    story.slug = "another-address"
    story.save()
    revisions.record_revision(story, by=chief)
    publishing.publish(story, by=chief, change=update("It moved."))
    erase_edition(Edition.objects.get(work=story, number=1), by=chief, reason=ORDER)
    assert not Address.objects.filter(slug="qxsecret-address").exists()
    assert not Edition.objects.filter(slug__contains="qxsecret").exists()
    assert client.get("/stories/qxsecret-address/").status_code == 404
    assert client.get("/stories/another-address/").status_code == 200
    assert Address.objects.owner_uid("story", "qxsecret-address") == story.uid


@pytest.mark.django_db
def test_readers_of_an_erased_page_find_that_it_was_removed_until_it_comes_back(chief, client):
    story = make_published_story()
    story.standfirst = "Another summary of the pier."
    story.save()
    revisions.record_revision(story, by=chief)
    erase_edition(edition_of(story), by=chief, reason=ORDER)
    answer = client.get(f"/stories/{story.slug}/")
    assert (answer.status_code, "This edition was removed." in answer.content.decode()) == (410, True)
    publishing.republish(story, by=chief, note="Without what had to go.")
    assert client.get(f"/stories/{story.slug}/").status_code == 200


@pytest.mark.django_db
def test_an_edition_that_still_waits_is_cancelled_when_it_is_erased(chief):
    story = make_published_story()
    story.headline = "Why the north pier stays closed until spring"
    story.save()
    revisions.record_revision(story, by=chief)
    waiting = publishing.schedule(story, by=chief, at=clock.now() + timedelta(days=2), change=update())
    story.headline = "Why the north pier of Port Lisle is closed for good"
    story.save()
    revisions.record_revision(story, by=chief)
    erase_edition(waiting, by=chief, reason=ORDER)
    waiting.refresh_from_db()
    assert (waiting.is_cancelled, waiting.kind) == (True, "notice")
    assert [edition.number for edition in Edition.objects.in_force(clock.now() + timedelta(days=9))] == [1]


@pytest.mark.django_db
def test_what_waits_goes_with_the_edition_that_stands(chief):
    story = make_published_story()
    for headline in ("Why the north pier stays closed until spring", "Why the north pier opens again in spring"):
        story.headline = headline
        story.save()
        revisions.record_revision(story, by=chief)
    publishing.schedule(story, by=chief, at=clock.now() + timedelta(days=2), change=update())
    standing = Edition.objects.live(clock.now()).get(work=story)
    erase_edition(standing, by=chief, reason=ORDER)
    (left,) = Edition.objects.in_force(clock.now() + timedelta(days=9))
    assert (left.number, left.kind) == (standing.number, EditionKind.NOTICE)


@pytest.mark.django_db
def test_an_edition_whose_words_the_desk_still_says_is_not_erased(chief):
    story = make_published_story()
    with pytest.raises(publishing.InvalidStateError, match="The desk still says exactly"):
        erase_edition(edition_of(story), by=chief, reason=ORDER)
    assert edition_of(story).kind == "page"


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["Writer", "Editor", "Curator"])
def test_only_administrators_erase(role):
    story, person = make_published_story(), make_user(role=role)
    passage = story.passages.all()[0].uid
    for erase in (
        lambda: erase_work(story, by=person, reason=ORDER),
        lambda: erase_edition(edition_of(story), by=person, reason=ORDER),
        lambda: erase_passage(story, passage, by=person, reason=ORDER),
    ):
        with pytest.raises(NotAllowedError):
            erase()
    assert not Erasure.objects.exists()


@pytest.mark.django_db
def test_nothing_is_erased_without_a_reason(chief):
    story = make_published_story()
    with pytest.raises(publishing.InvalidStateError, match="who ordered this"):
        erase_work(story, by=chief, reason=" \n")
    assert Work.objects.filter(pk=story.pk).exists()


@pytest.mark.django_db
def test_a_work_that_is_gone_is_not_erased_again(chief):
    story = make_story()
    erase_work(Story.objects.get(pk=story.pk), by=chief, reason=ORDER)
    with pytest.raises(publishing.InvalidStateError, match="erased meanwhile"):
        erase_work(story, by=chief, reason=ORDER)


@pytest.mark.django_db
def test_the_guards_are_shut_again_once_something_was_erased(chief):
    other = make_published_story()
    erase_work(make_published_story(), by=chief, reason=ORDER)
    with pytest.raises(IntegrityError, match="never changes"):
        Edition.objects.filter(work=other).update(title="Another")


@pytest.mark.django_db
def test_tasks_that_carry_the_picture_of_an_erased_story_go(chief):
    image = picture(Words(), "x")
    task = prepare_renditions.enqueue(str(image.uid))
    other = prepare_renditions.enqueue(str(uuid4()))
    erase_work(make_story(lead_image=image, lead_alt="A pier"), by=chief, reason=ORDER)
    left = {str(pk) for pk in DBTaskResult.objects.values_list("pk", flat=True)}
    assert str(task.id) not in left
    assert str(other.id) in left
