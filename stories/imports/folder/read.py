"""Read the index and the lists of an exported folder."""

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from stories.documents.parse import UnreadableDocumentError
from stories.exports.records import (
    FORMAT,
    INDEX,
    OUTLETS,
    PICTURES,
    TOPICS,
    Index,
    OutletRecord,
    PictureRecord,
    TopicRecord,
)


class ExportedFolder:
    """An exported folder. Its properties raise UnreadableDocumentError if a file is missing or invalid."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def index(self) -> Index:
        """The index of works."""
        if not (self.root / INDEX).is_file():
            message = f"{self.root} has no {INDEX}: it is not a folder of export_explainer --all, or it is incomplete."
            raise UnreadableDocumentError(1, message)
        data = _read_json(self.root / INDEX)
        if isinstance(data, dict) and data.get("format") != FORMAT:
            message = f"{INDEX} has the format {data.get('format')}; this release reads {FORMAT}."
            raise UnreadableDocumentError(1, message)
        return _validate(TypeAdapter(Index), data, INDEX)

    @cached_property
    def pictures(self) -> Sequence[PictureRecord]:
        return _validate(TypeAdapter(list[PictureRecord]), _read_json(self.root / PICTURES), PICTURES)

    @cached_property
    def topics(self) -> Sequence[TopicRecord]:
        return _validate(TypeAdapter(list[TopicRecord]), _read_json(self.root / TOPICS), TOPICS)

    @cached_property
    def outlets(self) -> Sequence[OutletRecord]:
        return _validate(TypeAdapter(list[OutletRecord]), _read_json(self.root / OUTLETS), OUTLETS)

    def list_files(self) -> list[str]:
        """Return the paths of the files with live pages. Questions come before the stories that ask them."""
        works = sorted(self.index.works, key=lambda work: work.kind)  # "question" < "story"
        return [str(self.root / work.file) for work in works if work.file]

    def list_drafts(self) -> list[str]:
        """Return the paths of the files with drafts, questions first. They must be imported after the live pages."""
        works = sorted(self.index.works, key=lambda work: work.kind)
        return [str(self.root / work.draft) for work in works if work.draft]


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise UnreadableDocumentError(1, f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise UnreadableDocumentError(line, f"{path.name}, line {line}: this is not valid JSON.") from error


def _validate[T](adapter: TypeAdapter[T], data: Any, name: str) -> T:
    try:
        return adapter.validate_python(data) if data is None else adapter.validate_json(json.dumps(data))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise UnreadableDocumentError(1, f"{name}: {place}: {first['msg']}.") from error
