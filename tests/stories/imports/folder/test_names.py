"""Importing pictures, topics and outlets of a folder into a site that has names of its own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.media.models import Image
from stories.documents.parse import UnreadableDocumentError
from stories.imports.folder import ExportedFolder, NamesImported, import_names
from stories.models import Outlet
from tests.factories import make_outlet, make_topic, make_user
from topics.models import Topic, TopicAlias

pytestmark = pytest.mark.django_db

UID, OTHER_UID = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"

type Record = dict[str, Any]
type WriteFolder = Callable[..., ExportedFolder]


def topic(**values: Any) -> Record:
    return {"uid": UID, "name": "Kelmar barrier", "slug": "kelmar-barrier", "kind": "place", **values}


def outlet(**values: Any) -> Record:
    return {"uid": UID, "name": "Ansgar Wire", "slug": "ansgar-wire", "kind": "agency", **values}


@pytest.fixture
def write_folder(tmp_path: Path) -> WriteFolder:
    """Return a function that writes a folder with these records and no works."""

    def write(**lists: list[Record]) -> ExportedFolder:
        index = {"format": 1, "exported_at": "2026-11-29T12:00:00Z", "site": "", "has_drafts": True, "works": []}
        (tmp_path / "works.json").write_text(json.dumps(index))
        for name in ("pictures", "topics", "outlets"):
            (tmp_path / f"{name}.json").write_text(json.dumps(lists.get(name, [])))
        return ExportedFolder(tmp_path)

    return write


def test_a_topic_keeps_its_uid_and_gets_its_names(write_folder: WriteFolder) -> None:
    folder = write_folder(topics=[topic(aliases=["The barrier"], desk_aliases=["The gates"], wikidata="Q42")])
    assert import_names(folder, by=None) == NamesImported(topics=1)
    added = Topic.objects.get()
    assert (str(added.uid), added.slug, added.kind, added.wikidata) == (UID, "kelmar-barrier", "place", "Q42")
    assert list(added.aliases.values_list("name", "is_findable")) == [("The barrier", True), ("The gates", False)]
    assert Event.objects.filter(kind="topic", uid=UID, verb="added").exists()


def test_what_the_site_has_already_is_not_changed(write_folder: WriteFolder) -> None:
    make_topic(uid=UID, name="The Kelmar gates", slug="gates")
    assert import_names(write_folder(topics=[topic()]), by=None) == NamesImported()
    assert Topic.objects.get().name == "The Kelmar gates"


@pytest.mark.parametrize("is_alias", [False, True])
def test_a_name_that_leads_to_another_topic_is_not_added_twice(write_folder: WriteFolder, is_alias: bool) -> None:
    make_topic(name="The gates" if is_alias else "KELMAR barrier", aliases=("Kelmar Barrier",) if is_alias else ())
    imported = import_names(write_folder(topics=[topic()]), by=None)
    assert imported.topics == 0
    assert len(imported.notes) == 1
    assert Topic.objects.count() == 1


def test_aliases_hosts_and_addresses_that_are_taken_are_left_out(write_folder: WriteFolder) -> None:
    make_outlet(name="Wire", further_hosts="wire.example", slug="ansgar-wire", home_page="https://home.example/")
    record = outlet(aliases=["Wire", "AW"], further_hosts=["wire.example", "home.example", "ansgar.example"])
    assert import_names(write_folder(outlets=[record]), by=None).outlets == 1
    added = Outlet.objects.get(uid=UID)
    assert [alias.name for alias in added.aliases.all()] == ["AW"]
    assert added.further_hosts == "ansgar.example"
    assert added.slug == "ansgar-wire-2"


def test_a_merged_topic_comes_after_the_one_that_it_was_merged_into(write_folder: WriteFolder) -> None:
    merged = topic(merged_into=OTHER_UID)
    remaining = topic(uid=OTHER_UID, name="Gates", slug="gates", aliases=["Kelmar barrier"])
    assert import_names(write_folder(topics=[merged, remaining]), by=None) == NamesImported(topics=2)
    assert Topic.objects.get(uid=UID).merged_into == Topic.objects.get(uid=OTHER_UID)
    assert Topic.objects.with_name("Kelmar barrier").get().name == "Gates"
    assert TopicAlias.objects.count() == 1


@pytest.mark.parametrize(
    "record",
    [
        topic(kind="river"),
        topic(wikidata="42"),
        topic(wikipedia="no address"),
        topic(name=""),
        topic(name=" "),
        topic(name="—"),
        topic(uid="x"),
        topic(name="K" * 201),
    ],
    ids=str,
)
def test_an_invalid_topic_is_refused(write_folder: WriteFolder, record: Record) -> None:
    with pytest.raises(UnreadableDocumentError):
        import_names(write_folder(topics=[record]), by=None)
    assert not Topic.objects.exists()


@pytest.mark.parametrize(
    "record",
    [outlet(further_hosts=["no host"]), outlet(language="x y"), outlet(home_page="javascript:alert(1)")],
    ids=str,
)
def test_an_invalid_outlet_is_refused(write_folder: WriteFolder, record: Record) -> None:
    with pytest.raises(UnreadableDocumentError):
        import_names(write_folder(outlets=[record]), by=None)
    assert not Outlet.objects.filter(uid=UID).exists()


@pytest.mark.parametrize("lists", [{"topics": [topic()]}, {"outlets": [outlet()]}])
def test_names_are_added_by_those_who_may(write_folder: WriteFolder, lists: dict[str, list[Record]]) -> None:
    folder = write_folder(**lists)
    with pytest.raises(NotAllowedError):
        import_names(folder, by=make_user(role="Writer"))
    curator = make_user(role="Curator")
    import_names(folder, by=curator)
    assert Event.objects.get(uid=UID, verb="added").by == curator
    # A folder without anything new needs no right.
    import_names(folder, by=make_user(role="Writer"))


def test_progress_counts_what_is_new(write_folder: WriteFolder) -> None:
    make_topic(uid=OTHER_UID)
    shown: list[tuple[int, int]] = []
    folder = write_folder(topics=[topic(), topic(uid=OTHER_UID)], outlets=[outlet()])
    import_names(folder, by=None, progress=lambda done, total: shown.append((done, total)))
    assert shown == [(1, 2), (2, 2)]
    assert not Image.objects.exists()
