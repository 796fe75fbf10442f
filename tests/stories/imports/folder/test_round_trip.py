"""A site that is exported and imported into an empty one has the same documents, names and pictures."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import override_settings

from newsroom.http import clock
from newsroom.media.models import Image
from newsroom.media.storage import compute_digest
from stories import drafts
from stories.documents import AnyDocument
from stories.exports import export_all, new_folder
from stories.models import Edition, Outlet, Work
from tests.databases import MigratedContent
from tests.factories import make_user
from tests.stories.demo.seed import run_seed_demo, small_pictures
from tests.stories.exports.site import Site, make_site
from topics.models import Topic

LISTS = ("pictures.json", "topics.json", "outlets.json")


@pytest.fixture
def empty_site(
    django_db_setup: MigratedContent, transactional_db: None, settings: Any, tmp_path: Path
) -> Callable[[], None]:
    """Return a function that turns the site into a new one, without any rows or files."""

    def empty() -> None:
        django_db_setup.restore()
        settings.MEDIA_ROOT = tmp_path / "another-media"

    return empty


def export(root: Path, *, with_drafts: bool = True) -> Path:
    with new_folder(root) as folder:
        export_all(folder, at=clock.now(), with_drafts=with_drafts)
    return root


def read_works(root: Path) -> dict[str, dict[str, Any]]:
    works = json.loads((root / "works.json").read_text(encoding="utf-8"))["works"]
    return {work["uid"]: work for work in works}


def read_list(root: Path, name: str) -> list[dict[str, Any]]:
    records = json.loads((root / name).read_text(encoding="utf-8"))
    return sorted(records, key=lambda record: str(record["uid"]))


def list_newest(root: Path) -> dict[str, str]:
    """Return the Markdown of the draft of each work, or of its live page if there is no draft, by its uid."""
    return {
        uid: (root / (work["draft"] or work["file"])).read_text(encoding="utf-8")
        for uid, work in read_works(root).items()
    }


def load_live_documents() -> dict[str, AnyDocument]:
    editions = Edition.objects.live(clock.now()).select_related("document")
    return {str(edition.uid): edition.document.value() for edition in editions if edition.document}


@pytest.fixture
def site(transactional_db: None) -> Site:
    return make_site(editor=make_user(role="Editor"), curator=make_user(role="Curator"))


def test_everything_comes_back_byte_by_byte(site: Site, empty_site: Callable[[], None], tmp_path: Path) -> None:
    before = export(tmp_path / "before")
    empty_site()
    assert not Work.objects.exists()
    call_command("import_explainer", str(before), verbosity=0)
    after = export(tmp_path / "after")
    assert list_newest(after) == list_newest(before)
    for name in LISTS:
        assert read_list(after, name) == read_list(before, name)
    for record in read_list(before, "pictures.json"):
        assert (after / record["file"]).read_bytes() == (before / record["file"]).read_bytes()
    originals = {uid: work["translation_of"] for uid, work in read_works(before).items()}
    assert {uid: work["translation_of"] for uid, work in read_works(after).items()} == originals
    assert any(originals.values())


def test_what_readers_saw_is_published_again_with_the_same_documents(
    site: Site, empty_site: Callable[[], None], tmp_path: Path
) -> None:
    live = load_live_documents()
    before = export(tmp_path / "before")
    empty_site()
    make_user(role="Administrator", username="nour")
    call_command("import_explainer", str(before), by="nour", publish=True, verbosity=0)
    assert load_live_documents() == live
    # Drafts are not published.
    edited = Work.objects.get(uid=site.edited.uid)
    assert "Tuesday" in drafts.build_document(edited).canonical()
    assert not Edition.objects.filter(uid=site.draft.uid).exists()


def test_a_second_import_changes_nothing(
    site: Site, empty_site: Callable[[], None], tmp_path: Path, capsys: Any
) -> None:
    before = export(tmp_path / "before")
    empty_site()
    call_command("import_explainer", str(before), verbosity=0)
    first = export(tmp_path / "first")
    capsys.readouterr()
    call_command("import_explainer", str(before), verbosity=0)
    assert {line.partition(": ")[2].split()[0] for line in capsys.readouterr().out.splitlines()} == {"unchanged"}
    assert list_newest(export(tmp_path / "second")) == list_newest(first)
    for model, name in ((Image, "pictures.json"), (Topic, "topics.json"), (Outlet, "outlets.json")):
        assert model.objects.count() == len(read_list(before, name))


def test_names_that_changed_since_publication_come_back_as_they_are_now(
    site: Site, empty_site: Callable[[], None], tmp_path: Path
) -> None:
    topic = Topic.objects.get(pk=site.topic.pk)
    topic.name = "Kelmar gates"
    topic.save()
    uid, live = str(site.question.uid), load_live_documents()
    before = export(tmp_path / "before", with_drafts=False)
    empty_site()
    call_command("import_explainer", str(before), verbosity=0)
    document = drafts.build_document(Work.objects.get(uid=uid))
    assert live[uid].topics[0].name == "Kelmar barrier"
    assert document.topics[0].name == "Kelmar gates"
    renamed = live[uid].topics[0].model_copy(update={"name": "Kelmar gates"})
    assert document == live[uid].changed(topics=(renamed,))


@pytest.fixture
def demonstration(django_db_setup: MigratedContent, transactional_db: None, tmp_path: Path) -> Iterator[Path]:
    with small_pictures(), override_settings(VAR_DIR=tmp_path):
        run_seed_demo()
        yield export(tmp_path / "before")


@pytest.mark.audit
def test_the_demonstration_comes_back(demonstration: Path, empty_site: Callable[[], None], tmp_path: Path) -> None:
    assert len(read_works(demonstration)) > 40
    empty_site()
    call_command("import_explainer", str(demonstration), verbosity=0)
    after = export(tmp_path / "after")
    assert list_newest(after) == list_newest(demonstration)
    for name in LISTS:
        assert read_list(after, name) == read_list(demonstration, name)
    for image in Image.objects.all():
        assert compute_digest(default_storage, str(image.file)) == image.digest
