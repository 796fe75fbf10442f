"""The complete demonstration, seeded once for all tests in this module. The tests only read it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from django.urls import reverse

from newsroom.accounts.models import Contributor, User
from newsroom.audit.models import Event
from newsroom.http import clock
from newsroom.media.models import Image
from newsroom.site.models import AboutPage
from newsroom.text.markdown.links import KINDS, PAGE_KINDS, UID
from stories import drafts
from stories.admin.drafts.short_references import CARRIED_NAMES
from stories.demo import documents
from stories.documents.export import to_json, to_markdown
from stories.documents.render.paragraphs import measure_shared, text_without_citations
from stories.drafts import revisions
from stories.drafts.short_references import resolve_document
from stories.models import FAQ, Change, Edition, Outlet, Revision, Story
from stories.public.pages.history.changes import load_stages
from tests.conftest import signed_in
from tests.crawl import list_api_addresses, walk
from tests.factories import make_user
from tests.page_weight import weigh
from tests.stories.admin.form_data import filled
from tests.stories.demo.seed import (
    STORIES_BY_KEY,
    TODAY,
    get_live_edition,
    get_story,
    keys_in_state,
    list_editions,
    run_seed_demo,
    small_pictures,
)
from tests.transactions import of_the_test
from topics.models import Topic

pytestmark = [pytest.mark.audit, pytest.mark.portable, pytest.mark.django_db]


@pytest.fixture(scope="module")
def demo_folder(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Path]:
    """Seed everything in a transaction that the tests in this module share, and yield the folder for files."""
    folder = tmp_path_factory.mktemp("demonstration")
    with django_db_blocker.unblock(), of_the_test():
        with small_pictures(), override_settings(VAR_DIR=folder, MEDIA_ROOT=folder / "media"):
            run_seed_demo()
        yield folder
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _files_of_the_demonstration(demo_folder, settings):
    settings.VAR_DIR, settings.MEDIA_ROOT = demo_folder, demo_folder / "media"
    with small_pictures():
        yield


def test_the_drafts_match_the_files_exactly():
    for key in STORIES_BY_KEY:
        assert drafts.build_document(get_story(key)) == documents.build_explainer(key, today=TODAY)
    for page in documents.build_questions(TODAY).values():
        assert drafts.build_document(FAQ.objects.get(uid=page.uid)) == page


@pytest.mark.usefixtures("four_languages")
def test_every_api_address_answers_in_all_languages(client):
    """Follow all links from the lists in the API description. The public pages that they lead to must answer too."""
    statuses = walk(client, *list_api_addresses(client), follow=lambda path: path.startswith("/api/"))
    assert {path: status for path, status in statuses.items() if status != 200} == {}
    translated = [
        documents.build_explainer(key, today=TODAY)
        for key in STORIES_BY_KEY
        if documents.build_explainer(key, today=TODAY).language != "en"
    ]
    assert {story.language for story in translated} == {"de", "es", "ar"}
    assert {reverse("api:story", args=[story.slug]) for story in translated} <= statuses.keys()


def test_readers_see_only_live_editions():
    for key in keys_in_state("live"):
        edition = get_live_edition(key)
        assert edition is not None
        assert edition.document.value() == documents.build_explainer(key, today=TODAY)
    for state in ("draft", "binned"):
        assert [list_editions(key) for key in keys_in_state(state)] == [[]] * len(keys_in_state(state))
    assert Edition.objects.live(clock.now()).filter(work_kind="question").count() == len(
        documents.build_questions(TODAY)
    )


@pytest.mark.parametrize("moment", ["live_from", "updated_at"])
def test_the_first_story_of_the_files_is_the_newest(moment):
    newest = Edition.objects.live(clock.now()).filter(work_kind="story").latest(moment)
    assert newest.work_id == get_story(next(iter(STORIES_BY_KEY))).pk


def test_only_the_scheduled_edition_is_in_the_future():
    now = clock.now()
    assert Revision.objects.filter(created_at__gt=now).count() == 0
    assert Event.objects.filter(at__gt=now).count() == 0
    waiting = Edition.objects.filter(live_from__gt=now)
    assert [edition.work_id for edition in waiting] == [get_story("rent-ceiling").pk]


def test_a_second_run_changes_nothing():
    models = (Story, FAQ, Outlet, Topic, Image, Revision, Edition, AboutPage, User, Contributor)
    before = [model.objects.count() for model in models]
    assert run_seed_demo().startswith("The demonstration is ready: 0 added")
    assert [model.objects.count() for model in models] == before


def test_no_story_exceeds_the_page_weight_limit(client):
    pages = Edition.objects.live(clock.now()).stories()
    page_weights = {page.slug: weigh(client, page.get_absolute_url()) for page in pages}
    assert len(page_weights) > 10
    assert {slug: weight.exceeded_limits for slug, weight in page_weights.items() if weight.exceeded_limits} == {}


def test_no_correction_is_more_than_a_paragraph_away_from_its_words(client):
    distances = {}
    for edition in Edition.objects.filter(change=Change.CORRECTION, work_kind="story"):
        page = client.get(get_live_edition_of(edition).get_absolute_url()).content.decode()
        before = page.partition(f'id="{find_anchor(edition)}"')[0]
        paragraphs = [
            text_without_citations(text) for text in re.findall(r"<(?:p|li)\b.*?</(?:p|li)>", before, re.DOTALL)
        ]
        distances[edition.title] = [measure_shared(text, edition.is_right) > 0.5 for text in paragraphs[-2:]]
    assert len(distances) > 2
    assert {title: found for title, found in distances.items() if not any(found)} == {}


def get_live_edition_of(edition: Edition) -> Edition:
    return Edition.objects.live(clock.now()).get(work=edition.work)


def find_anchor(correction: Edition) -> str:
    """Return the id of a correction on its page."""
    stages = load_stages(correction.uid, at=clock.now())
    return next(stage.anchor for stage in stages if stage.edition.pk == correction.pk)


def test_loading_saving_and_exporting_a_text_leaves_its_document_unchanged():
    client = signed_in(make_user(role="Editor"))
    works = [*Story.objects.outside_trash(), *FAQ.objects.outside_trash()]
    assert len(works) > 30
    for work in works:
        address, newest = reverse(work.change_view_name, args=[work.pk]), revisions.get_newest_revision(work)
        before = drafts.build_document(work)
        form = filled(client.get(address))
        shown = {name: value for name, value in form.items() if name != CARRIED_NAMES}
        assert [value for value in shown.values() if re.search(rf"(?:{'|'.join(KINDS)}):{UID}", value)] == [], work
        saved = client.post(address, form | {"_continue": "save"})
        assert saved.status_code == 302, [problem.message for problem in saved.context["problems"]]
        document = drafts.build_document(work)
        assert document.digest() == before.digest(), work
        assert revisions.get_newest_revision(work) == newest
        assert to_json(document) == to_json(before)
        assert to_markdown(document) == to_markdown(before)
        assert resolve_document(document, kinds=PAGE_KINDS) == (document, [])
