"""What an export of all works contains: with and without drafts."""

import hashlib
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage

from newsroom.http import clock
from newsroom.redirects.models import Address
from stories import drafts, publishing
from stories.documents import AnyDocument, Cell, Claim, NamedOutlet, Origin
from stories.documents.parse import parse_file
from stories.drafts import revisions
from stories.exports import ExportSummary, export_all, new_folder
from stories.imports import load_known_names
from stories.models import Edition, Section, Story
from tests.factories import (
    edition_of,
    make_outlet,
    make_published_story,
    make_story,
    make_topic,
    make_update,
    reduce_checks_to_hints,
)
from tests.newsroom.media.library import turn_bit
from tests.stories.exports.site import LONG_SLUG, Site, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(editor, curator) -> Site:
    return make_site(editor=editor, curator=curator)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def export(root: Path, *, with_drafts: bool = False) -> ExportSummary:
    with new_folder(root) as folder:
        return export_all(folder, at=clock.now(), with_drafts=with_drafts)


def read(root: Path, name: str) -> Any:
    return json.loads((root / name).read_text(encoding="utf-8"))


def by_uid(records: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {record["uid"]: record for record in records}


def document_of(edition: Edition) -> AnyDocument:
    assert edition.document is not None
    return edition.document.value()


def read_document(path: Path) -> Any:
    return parse_file(path.read_bytes(), load_known_names, name=path.name).imported.document


def test_each_live_page_is_a_file_that_holds_its_document(site: Site, out: Path) -> None:
    summary = export(out)
    index = read(out, "works.json")
    assert (index["format"], index["has_drafts"]) == (1, False)
    works = by_uid(index["works"])
    live = (site.story, site.translation, site.question, site.edited)
    assert works.keys() == {str(work.uid) for work in live}
    for work in live:
        document = document_of(edition_of(work))
        record = works[str(work.uid)]
        assert read_document(out / record["file"]) == document
        assert record["digest"] == document.digest()
        assert record["draft"] is None
    assert (summary.stories, summary.questions, summary.drafts) == (3, 1, 0)
    assert sum(path.suffix == ".md" for path in out.rglob("*.*")) == 5  # one is the README


def test_the_index_has_addresses_times_and_the_original_of_a_translation(
    site: Site, editor, out: Path, settings: Any
) -> None:
    settings.SITE_URL = "https://news.example"
    Story.objects.filter(pk=site.edited.pk).update(slug="new-quay")
    revisions.record_revision(site.edited, by=editor)
    publishing.publish(site.edited, by=editor, change=make_update())
    export(out)
    works = by_uid(read(out, "works.json")["works"])
    moved, edition = works[str(site.edited.uid)], edition_of(site.edited)
    assert (moved["slug"], moved["former_slugs"]) == ("new-quay", ["quay"])
    assert (moved["file"], moved["address"]) == ("stories/new-quay.md", "https://news.example/stories/new-quay/")
    assert moved["edition"] == edition.number == 2
    times = {name: moved[name].replace("Z", "+00:00") for name in ("first_published_at", "updated_at")}
    assert times == {name: getattr(edition, name).isoformat() for name in times}
    assert works[str(site.translation.uid)]["translation_of"] == str(site.story.uid)
    assert works[str(site.story.uid)]["translation_of"] is None
    assert len(Path(works[str(site.translation.uid)]["file"]).name.encode()) < len(LONG_SLUG.encode())


def test_without_drafts_nothing_is_exported_that_readers_do_not_see(site: Site, out: Path) -> None:
    summary = export(out)
    content = "".join(path.read_text(encoding="utf-8") for path in out.rglob("*.*") if path.suffix in (".md", ".json"))
    for words in ("The secret gates", "A topic of a draft", "Tuesday as well", site.draft.headline, "thrown-away"):
        assert words not in content
    assert not (out / "drafts").exists()
    assert str(site.unused.uid) not in content
    assert summary.left_out == 3  # the draft, its question, and the changes of another


def test_with_drafts_everything_outside_the_trash_is_exported(site: Site, out: Path) -> None:
    summary = export(out, with_drafts=True)
    works = by_uid(read(out, "works.json")["works"])
    assert works[str(site.edited.uid)]["file"] == "stories/quay.md"
    assert works[str(site.edited.uid)]["draft"] == "drafts/stories/quay.md"
    assert works[str(site.draft.uid)]["file"] is None
    for work in (site.edited, site.draft):
        draft = read_document(out / works[str(work.uid)]["draft"])
        assert draft == drafts.build_document(work)
    assert works[str(site.question.uid)]["draft"] is None
    assert str(site.binned.uid) not in works
    assert (summary.stories, summary.questions, summary.drafts, summary.left_out) == (3, 1, 3, 0)
    assert {each["name"] for each in read(out, "topics.json")} >= {"A topic of a draft"}
    assert str(site.unused.uid) in by_uid(read(out, "pictures.json"))


def test_topics_and_outlets_have_all_that_the_desk_knows_of_them(site: Site, out: Path) -> None:
    export(out, with_drafts=True)
    topics, outlets = by_uid(read(out, "topics.json")), by_uid(read(out, "outlets.json"))
    assert topics[str(site.topic.uid)] == {
        "uid": str(site.topic.uid),
        "name": "Kelmar barrier",
        "slug": site.topic.slug,
        "kind": "place",
        "description": "A row of *nine* gates.",
        "aliases": ["The barrier"],
        "desk_aliases": ["The secret gates"],
        "merged_into": None,
        "wikipedia": "",
        "wikidata": "Q42",
        "picture": str(site.topic_picture.uid),
        "picture_alt": "Nine gates",
    }
    assert outlets[str(site.outlet.uid)] == {
        "uid": str(site.outlet.uid),
        "name": "Ansgar Wire",
        "slug": site.outlet.slug,
        "kind": "agency",
        "description": "",
        "aliases": ["AW", "The Wire"],
        "desk_aliases": ["Ansgar"],
        "merged_into": None,
        "country": "Norrhavn",
        "language": "en",
        "home_page": "https://ansgar.example/",
        "further_hosts": ["ansgar-wire.example", "wire.example"],
        "owner": "Its readers",
        "retired": False,
    }
    assert topics[str(site.merged.uid)]["merged_into"] == str(site.remaining.uid)


def test_an_outlet_comes_with_the_point_that_names_it_but_not_with_an_origin(editor, out: Path) -> None:
    compared, credited = (
        NamedOutlet(uid=make_outlet(name=name).uid, name=name) for name in ("Morrow Daily", "Sund Agency")
    )
    story = make_story()
    reduce_checks_to_hints("claims.outlets")
    cell = Cell(uid=uuid4(), outlet=compared, value="two")
    document = drafts.build_document(story).changed(
        claims=(Claim(uid=uuid4(), claim="Gates", cells=(cell,)),),
        origins=(Origin(uid=uuid4(), name="Agency", outlet=credited),),
    )
    drafts.restore(story, document, by=editor)
    revisions.record_revision(story, by=editor)
    publishing.publish(Story.objects.get(pk=story.pk), by=editor)
    export(out)
    outlets = by_uid(read(out, "outlets.json"))
    assert str(compared.uid) in outlets
    assert str(credited.uid) not in outlets


def test_a_topic_comes_with_the_one_that_it_was_merged_into(site: Site, out: Path) -> None:
    export(out)
    assert {each["name"] for each in read(out, "topics.json")} == {"Kelmar barrier", "Lisle port", "Port Lisle"}


def test_pictures_are_copied_as_they_are_stored(site: Site, out: Path) -> None:
    export(out)
    pictures = by_uid(read(out, "pictures.json"))
    assert pictures.keys() == {str(each.uid) for each in (site.lead, site.in_text, site.topic_picture)}
    for record in pictures.values():
        data = (out / record["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == record["sha256"]
    lead = pictures[str(site.lead.uid)]
    assert lead["sha256"] == site.lead.digest
    names = ("credit", "licence", "tags", "focal_x")
    assert [lead[name] for name in names] == ["Ada Holm", "CC BY 4.0", "pier, night", 30]


def test_a_missing_or_damaged_picture_is_reported_and_has_no_file(site: Site, out: Path) -> None:
    default_storage.delete(str(site.lead.file))
    turn_bit(str(site.in_text.file))
    summary = export(out)
    assert set(summary.without_file) == {site.lead.uid, site.in_text.uid}
    pictures = by_uid(read(out, "pictures.json"))
    assert {pictures[str(uid)]["file"] for uid in summary.without_file} == {None}
    assert len(list((out / "pictures").iterdir())) == 1


def test_erased_addresses_are_not_among_the_former_ones(editor, out: Path) -> None:
    story = make_published_story(by=editor, slug="pier")
    Address.objects.claim("story", "old-pier", story.uid)
    Address.objects.erase(story.uid, "old-pier")
    export(out)
    [work] = read(out, "works.json")["works"]
    assert work["former_slugs"] == []


def test_an_edition_that_ends_during_the_export_is_exported_all_the_same(editor, out: Path) -> None:
    story = make_published_story(by=editor, slug="pier", topics=(make_topic(name="Piers"),))
    at = clock.now()
    Section.objects.filter(story=story, kind="happened").update(text="The north pier was closed on Friday.")
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor, change=make_update())
    with new_folder(out) as folder:
        export_all(folder, at=at, with_drafts=False)
    assert "Friday" not in (out / "stories/pier.md").read_text(encoding="utf-8")
    assert read(out, "works.json")["works"][0]["edition"] == 1


def test_the_number_of_queries_does_not_grow_with_the_number_of_works(
    editor, out: Path, django_assert_max_num_queries: Any
) -> None:
    for _ in range(8):
        make_published_story(by=editor)
    with django_assert_max_num_queries(40):
        export(out, with_drafts=True)
