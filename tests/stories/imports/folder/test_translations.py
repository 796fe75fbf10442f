"""Linking translations of an imported folder."""

import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from newsroom.audit.models import Event
from stories.imports.folder import ExportedFolder, link_translations
from stories.models import Edition, Story, Work
from tests.factories import make_published_story, make_story, make_user

pytestmark = pytest.mark.django_db


def write_index(root: Path, work: Story, original: UUID) -> ExportedFolder:
    record = {"uid": str(work.uid), "kind": "story", "slug": work.slug, "language": work.language, "title": ""}
    works = [{**record, "translation_of": str(original)}]
    index = {"format": 1, "exported_at": "2026-11-29T12:00:00Z", "site": "", "has_drafts": True, "works": works}
    (root / "works.json").write_text(json.dumps(index))
    return ExportedFolder(root)


def group_of(work: Story) -> UUID | None:
    return Work.objects.get(pk=work.pk).translation_group


def test_a_translation_is_linked_with_its_original(tmp_path: Path) -> None:
    original, german = make_story(), make_story(language="de")
    assert link_translations(write_index(tmp_path, german, original.uid), by=None) == []
    assert group_of(german) == original.uid
    assert Event.objects.get(uid=german.uid, verb="linked as a translation").by is None


def test_somebody_who_publishes_changes_the_live_page_too(tmp_path: Path) -> None:
    editor = make_user(role="Editor")
    original, german = make_published_story(by=editor), make_published_story(by=editor, language="de")
    link_translations(write_index(tmp_path, german, original.uid), by=editor)
    assert Edition.objects.filter(work=german).latest("number").translation_group == original.uid


def test_a_translation_of_a_page_elsewhere_is_noted(tmp_path: Path) -> None:
    german = make_story(language="de")
    assert len(link_translations(write_index(tmp_path, german, uuid4()), by=None)) == 1
    assert group_of(german) is None


def test_two_pages_in_one_language_are_noted_and_not_linked(tmp_path: Path) -> None:
    original, other = make_story(), make_story()
    assert len(link_translations(write_index(tmp_path, other, original.uid), by=None)) == 1
    assert group_of(other) is None


def test_a_page_that_is_linked_here_stays_as_it_is(tmp_path: Path) -> None:
    first, second, german = make_story(), make_story(), make_story(language="de")
    link_translations(write_index(tmp_path, german, first.uid), by=None)
    assert link_translations(write_index(tmp_path, german, second.uid), by=None) == []
    assert group_of(german) == first.uid
