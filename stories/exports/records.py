"""The records in the JSON files of an exported folder: works, pictures, topics and outlets."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

FORMAT = 1
INDEX, PICTURES, TOPICS, OUTLETS = "works.json", "pictures.json", "topics.json", "outlets.json"
PICTURE_FOLDER = "pictures"
WORK_FOLDERS = {"story": "stories", "question": "questions"}
DRAFT_FOLDER = "drafts"

# A path inside the folder. None of its parts begins with a dot, so that it cannot lead out of the folder.
FilePath = Annotated[str, StringConstraints(pattern=r"^[^./\\][^/\\]*(/[^./\\][^/\\]*)*$", max_length=500)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Line = Annotated[str, StringConstraints(max_length=1_000)]
Text = Annotated[str, StringConstraints(max_length=200_000)]


class Record(BaseModel):
    """Base class of all records. A field that a later release adds is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class WorkRecord(Record):
    """A story or a question.

    ``file`` is the path of the live edition in Markdown, or None if no edition is live. ``draft`` is the path of the
    draft in Markdown, or None unless the draft was exported and differs from the live edition. ``digest`` is the
    SHA-256 of the canonical JSON of the live edition. ``former_slugs`` are slugs under which readers found the page
    earlier. ``translation_of`` is the uid of the original of a translation.
    """

    uid: UUID
    kind: Literal["story", "question"]
    slug: Line
    language: Line
    title: Line
    file: FilePath | None = None
    draft: FilePath | None = None
    digest: Line = ""
    address: Line = ""
    edition: int | None = None
    first_published_at: datetime | None = None
    updated_at: datetime | None = None
    former_slugs: tuple[Line, ...] = ()
    translation_of: UUID | None = None


class Index(Record):
    """The index of a folder. It is written last, so a folder without an index is incomplete.

    ``has_drafts`` is False if the folder contains only what readers see.
    """

    format: Literal[1]
    exported_at: datetime
    site: Line
    has_drafts: bool
    works: tuple[WorkRecord, ...]


class PictureRecord(Record):
    """A picture of the library. ``file`` is None if its file was missing or damaged. The focal point is in per cent."""

    uid: UUID
    file: FilePath | None
    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    title: Name
    alt: Line = ""
    credit: Line = ""
    licence: Line = ""
    tags: Line = ""
    focal_x: Annotated[int, Field(ge=0, le=100)] = 50
    focal_y: Annotated[int, Field(ge=0, le=100)] = 50


class EntityRecord(Record):
    """A topic or an outlet.

    ``desk_aliases`` are aliases by which only the desk finds the entity. ``merged_into`` is the uid of the entity into
    which it was merged, or None.
    """

    uid: UUID
    name: Name
    slug: Line
    kind: Line
    description: Text = ""
    aliases: tuple[Name, ...] = ()
    desk_aliases: tuple[Name, ...] = ()
    merged_into: UUID | None = None


class TopicRecord(EntityRecord):
    """A topic. ``picture`` is the uid of its picture, or None."""

    wikipedia: Line = ""
    wikidata: Line = ""
    picture: UUID | None = None
    picture_alt: Line = ""


class OutletRecord(EntityRecord):
    """An outlet."""

    country: Line = ""
    language: Line = ""
    home_page: Line = ""
    further_hosts: tuple[Line, ...] = ()
    owner: Line = ""
    retired: bool = False
