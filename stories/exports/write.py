"""Write the works of the site into a folder, with their pictures, topics and outlets."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from newsroom.entities.models import NamedEntity
from newsroom.media.models import Image
from newsroom.redirects.models import ERASED_PREFIX, Address
from stories import drafts
from stories.documents import AnyDocument, Explainer
from stories.documents.export import to_markdown
from stories.drafts.references import list_outlet_uids, list_topic_uids
from stories.exports.folder import NewFolder
from stories.exports.records import (
    DRAFT_FOLDER,
    FORMAT,
    INDEX,
    OUTLETS,
    PICTURE_FOLDER,
    PICTURES,
    TOPICS,
    WORK_FOLDERS,
    OutletRecord,
    PictureRecord,
    Record,
    TopicRecord,
    WorkRecord,
)
from stories.models import Edition, Outlet, Revision, Work
from topics.models import Topic

_BATCH = 100  # the number of works that are read at once
_KEYS_PER_QUERY = 500
_README = """\
# An export of {site}

Made on {day}. Everything here is in open formats.

* `stories/`, `questions/`: {content}, as Markdown with YAML front matter.
{drafts}* `works.json`: the index of these files, with addresses, former addresses, and times of publication.
* `pictures/`, `pictures.json`: the pictures, named by uid, with their credits and licences.
* `topics.json`, `outlets.json`: topics and outlets with their other names. Pages refer to them by uid.

`manage.py import_explainer FOLDER` imports all of it into another site.
"""

type Progress = Callable[[int, int], object]  # called with the number of works done so far, and the total number


class DamagedPictureError(Exception):
    """Raised if the digest of a picture's file differs from the stored one."""


@dataclass(slots=True)
class ExportSummary:
    """The numbers of exported objects.

    ``stories`` and ``questions`` count live pages only. ``left_out`` is the number of drafts that were not exported
    because they were not requested. ``without_file`` lists the uids of pictures whose file is missing or damaged.
    """

    stories: int = 0
    questions: int = 0
    drafts: int = 0
    topics: int = 0
    outlets: int = 0
    pictures: int = 0
    left_out: int = 0
    without_file: list[UUID] = field(default_factory=list)


@dataclass(slots=True)
class _Named:
    """The uids of the images, topics and outlets that the exported documents show."""

    topics: set[UUID] = field(default_factory=set)
    outlets: set[UUID] = field(default_factory=set)
    images: set[UUID] = field(default_factory=set)

    def add(self, document: AnyDocument) -> None:
        """Add the uids of the images, topics and outlets that a document shows."""
        self.topics.update(list_topic_uids(document))
        self.outlets.update(list_outlet_uids(document))
        self.images.update(picture.image for picture in document.pictures)
        if isinstance(document, Explainer) and document.lead_picture:
            self.images.add(document.lead_picture.image)


def export_all(
    folder: NewFolder, *, at: datetime, with_drafts: bool, progress: Progress = lambda done, total: None
) -> ExportSummary:
    """Write the pages that readers see at ``at`` into the folder, with the pictures, topics and outlets they name.

    ``with_drafts`` adds all other pictures, topics and outlets, and the drafts outside the trash that differ from the
    live page. The index of works is written last.
    """
    summary, named = ExportSummary(), _Named()
    works = list(_export_works(folder, summary, named, at=at, with_drafts=with_drafts, progress=progress))
    # Images, topics and outlets are exported after the works that name them, because some may be added in the meantime,
    # but hardly any are deleted.
    topics = _select_entities(Topic.objects.select_related("picture"), None if with_drafts else named.topics)
    topic_records = [_build_topic(topic, with_drafts=with_drafts) for topic in topics]
    outlets = _select_entities(Outlet.objects.all(), None if with_drafts else named.outlets)
    outlet_records = [_build_outlet(outlet, with_drafts=with_drafts) for outlet in outlets]
    named.images.update(record.picture for record in topic_records if record.picture)
    pictures = list(_export_pictures(folder, summary, None if with_drafts else named.images))
    summary.topics, summary.outlets, summary.pictures = len(topic_records), len(outlet_records), len(pictures)
    for path, records in ((PICTURES, pictures), (TOPICS, topic_records), (OUTLETS, outlet_records)):
        folder.write_chunks(path, _format_list(records))
    if not with_drafts:
        summary.left_out = _count_left_out(at)
    folder.write("README.md", _build_readme(at, with_drafts=with_drafts))
    folder.sync()
    folder.write_chunks(INDEX, _format_index(works, at=at, with_drafts=with_drafts))
    return summary


def _select_works(at: datetime, *, with_drafts: bool) -> QuerySet[Work]:
    is_live = Q(Exists(Edition.objects.live(at).filter(work=OuterRef("pk"))))
    return Work.objects.filter(is_live | Q(binned_at=None)) if with_drafts else Work.objects.filter(is_live)


def _count_left_out(at: datetime) -> int:
    """Return the number of works outside the trash whose newest revision differs from what readers see."""
    newest = Revision.objects.filter(work=OuterRef("pk")).order_by("-number").values("document")[:1]
    works = Work.objects.outside_trash().annotate(newest=Subquery(newest))
    is_shown = Exists(Edition.objects.live(at).filter(work=OuterRef("pk"), document=OuterRef("newest")))
    return works.exclude(Q(newest=None)).exclude(is_shown).count()


def _export_works(
    folder: NewFolder, summary: ExportSummary, named: _Named, *, at: datetime, with_drafts: bool, progress: Progress
) -> Iterator[WorkRecord]:
    """Write the Markdown of each work, and yield its record."""
    works = _select_works(at, with_drafts=with_drafts).order_by("pk")
    total, done = works.count(), 0
    page = list(works[:_BATCH])
    while page:
        keys = [work.pk for work in page]
        editions = Edition.objects.live(at).filter(work__in=keys).select_related("document").defer("fragments")
        live = {edition.work_id: edition for edition in editions}
        documents = drafts.build_documents(work for work in page if not work.binned_at) if with_drafts else {}
        former = _load_former_slugs(page)
        for work in page:
            edition, draft = live.get(work.pk), documents.get(work.pk)
            document = edition.document.value() if edition and edition.document else None
            if draft is not None and document is not None and draft.digest() == document.digest():
                draft = None
            texts = [text for text in (document, draft) if text is not None]
            if texts:
                paths = _write_texts(folder, work, edition, document, draft)
                yield _build_work(work, edition, texts[0], former[work.uid], file=paths[0], draft=paths[1])
            for text in texts:
                named.add(text)
            summary.stories += document is not None and document.kind == "story"
            summary.questions += document is not None and document.kind == "question"
            summary.drafts += draft is not None
            done += 1
            progress(done, total)
        page = list(works.filter(pk__gt=keys[-1])[:_BATCH])


def _write_texts(
    folder: NewFolder, work: Work, edition: Edition | None, document: AnyDocument | None, draft: AnyDocument | None
) -> list[str | None]:
    """Write the live page and the draft of a work. Return their paths, with None for a text that does not exist."""
    paths: list[str | None] = []
    for parent, slug, text in (("", edition.slug if edition else "", document), (DRAFT_FOLDER, work.slug, draft)):
        path = None
        if text is not None:
            path = folder.choose_path(str(PurePosixPath(parent, WORK_FOLDERS[text.kind])), slug, work.uid, ending=".md")
            folder.write(path, to_markdown(text))
        paths.append(path)
    return paths


def _build_work(
    work: Work,
    edition: Edition | None,
    text: AnyDocument,
    former: Sequence[str],
    *,
    file: str | None,
    draft: str | None,
) -> WorkRecord:
    """Return the record of a work; ``text`` is its live page, or else its draft."""
    slug = edition.slug if edition else work.slug
    group = edition.translation_group if edition else work.translation_group
    return WorkRecord(
        uid=work.uid,
        kind=text.kind,
        slug=slug,
        language=text.language,
        title=(text.headline if isinstance(text, Explainer) else text.question)[:1_000],
        file=file,
        draft=draft,
        digest=text.digest() if edition else "",
        address=f"{settings.SITE_URL}{edition.get_absolute_url()}" if edition else "",
        edition=edition.number if edition else None,
        first_published_at=edition.first_published_at if edition else None,
        updated_at=edition.updated_at if edition else None,
        former_slugs=tuple(each for each in former if each != slug),
        translation_of=group if group != work.uid else None,
    )


def _load_former_slugs(works: Iterable[Work]) -> dict[UUID, list[str]]:
    """Return all slugs under which each work has been public, oldest first, without erased ones."""
    rows = Address.objects.filter(uid__in=[work.uid for work in works], kind__in=WORK_FOLDERS)
    slugs: dict[UUID, list[str]] = defaultdict(list)
    for uid, slug in rows.exclude(slug__startswith=ERASED_PREFIX).order_by("pk").values_list("uid", "slug"):
        slugs[uid].append(slug)
    return slugs


def _select_entities(entities: QuerySet[Any], uids: set[UUID] | None) -> Iterator[Any]:
    """Yield the entities with these uids and the entities into which they were merged. If ``uids`` is None, yield all."""
    entities = entities.select_related("merged_into").prefetch_related("aliases").order_by("pk")
    if uids is None:
        yield from _iterate_by_key(entities)
        return
    seen: set[UUID] = set()
    wanted = set(uids)
    while wanted:
        seen |= wanted
        found = [each for keys in batched(sorted(wanted), _KEYS_PER_QUERY) for each in entities.filter(uid__in=keys)]
        yield from found
        wanted = {each.merged_into.uid for each in found if each.merged_into} - seen


def _get_entity_fields(entity: NamedEntity, *, with_drafts: bool) -> dict[str, Any]:
    aliases = list(entity.aliases.all())
    return {
        "uid": entity.uid,
        "name": entity.name,
        "slug": entity.slug,
        "kind": getattr(entity, "kind"),  # noqa: B009  # both models have one
        "description": entity.description,
        "aliases": tuple(alias.name for alias in aliases if alias.is_findable),
        # Readers have not seen these names.
        "desk_aliases": tuple(alias.name for alias in aliases if not alias.is_findable) if with_drafts else (),
        "merged_into": entity.merged_into.uid if entity.merged_into else None,
    }


def _build_topic(topic: Topic, *, with_drafts: bool) -> TopicRecord:
    return TopicRecord(
        **_get_entity_fields(topic, with_drafts=with_drafts),
        wikipedia=topic.wikipedia,
        wikidata=topic.wikidata,
        picture=topic.picture.uid if topic.picture else None,
        picture_alt=topic.picture_alt,
    )


def _build_outlet(outlet: Outlet, *, with_drafts: bool) -> OutletRecord:
    return OutletRecord(
        **_get_entity_fields(outlet, with_drafts=with_drafts),
        country=outlet.country,
        language=outlet.language,
        home_page=outlet.home_page,
        further_hosts=tuple(outlet.further_hosts.splitlines()),
        owner=outlet.owner,
        retired=outlet.retired,
    )


def _export_pictures(folder: NewFolder, summary: ExportSummary, uids: set[UUID] | None) -> Iterator[PictureRecord]:
    """Copy the files of the images with these uids, or of all images if ``uids`` is None, and yield their records."""
    for image in _select_images(uids):
        path: str | None = f"{PICTURE_FOLDER}/{image.uid}.{str(image.file).rpartition('.')[2]}"
        try:
            folder.write_chunks(str(path), _read_intact(image))
        except (FileNotFoundError, DamagedPictureError):
            summary.without_file.append(image.uid)
            path = None
        yield PictureRecord(
            uid=image.uid,
            file=path,
            sha256=image.digest,
            title=image.title,
            alt=image.alt,
            credit=image.credit,
            licence=image.licence,
            tags=image.tags,
            focal_x=image.focal_x,
            focal_y=image.focal_y,
        )


def _iterate_by_key(rows: QuerySet[Any]) -> Iterator[Any]:
    """Yield the rows, which must be in primary key order, with one query for each batch."""
    # Outside a transaction, ``iterator`` fetches all rows at once from PostgreSQL.
    batch = list(rows[:_KEYS_PER_QUERY])
    while batch:
        yield from batch
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:_KEYS_PER_QUERY])


def _select_images(uids: set[UUID] | None) -> Iterator[Image]:
    if uids is None:
        yield from _iterate_by_key(Image.objects.order_by("pk"))
        return
    for keys in batched(sorted(uids), _KEYS_PER_QUERY):
        yield from Image.objects.filter(uid__in=keys).order_by("pk")


def _read_intact(image: Image) -> Iterator[bytes]:
    """Yield the stored bytes of an image. Raise DamagedPictureError at the end if their digest is not the stored one."""
    digest = hashlib.sha256()
    with default_storage.open(str(image.file)) as file:
        for chunk in file.chunks():
            digest.update(chunk)
            yield chunk
    if digest.hexdigest() != image.digest:
        raise DamagedPictureError


def _format_list(records: Sequence[Record]) -> Iterator[bytes]:
    """Yield a JSON list in chunks, with each record on a line of its own."""
    yield b"["
    for number, record in enumerate(records):
        yield b",\n" if number else b"\n"
        yield json.dumps(record.model_dump(mode="json"), ensure_ascii=False).encode()
    yield b"\n]\n"


def _format_index(works: Sequence[WorkRecord], *, at: datetime, with_drafts: bool) -> Iterator[bytes]:
    head = {"format": FORMAT, "exported_at": at.isoformat(), "site": settings.SITE_URL, "has_drafts": with_drafts}
    yield json.dumps(head, ensure_ascii=False).removesuffix("}").encode() + b', "works": '
    yield from _format_list(works)
    yield b"}\n"


def _build_readme(at: datetime, *, with_drafts: bool) -> str:
    return _README.format(
        site=settings.SITE_URL,
        day=at.date().isoformat(),
        content="the pages that readers saw",
        drafts=f"* `{DRAFT_FOLDER}/`: drafts. Readers have not seen them.\n" if with_drafts else "",
    )
