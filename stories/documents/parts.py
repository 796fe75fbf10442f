"""What both kinds of document are made of: frozen, typed values with their uids."""

import hashlib
import json
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

# The most rows of each kind in a document, whether typed or imported.
MOST_ROWS = {"sections": 100, "passages": 1_000, "questions": 100, "topics": 200, "answers": 200, "pictures": 200}

Text = Annotated[str, StringConstraints(max_length=200_000)]
Line = Annotated[str, StringConstraints(max_length=1_000)]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]


class Value(BaseModel):
    """A frozen value: equal by content, refusing fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class NamedOutlet(Value):
    """An outlet as it was called then; ``uid`` is None while the name is only proposed."""

    uid: UUID | None
    name: Line


class NamedTopic(Value):
    """A topic as this work names it, in its order.

    ``uid`` is the row's own; ``topic`` is the topic's, None while the name is only proposed. ``description`` is what
    this work says about it (Markdown), which an import keeps even where the topic has a description of its own.
    ``explain`` says whether its first mention may be explained in place.
    """

    uid: UUID
    topic: UUID | None
    name: Line
    description: Text = ""
    explain: bool = True


class NamedContributor(Value):
    """Somebody in the byline, as their name was then."""

    uid: UUID
    name: Line


class CitedArticle(Value):
    """An article that ``[@number]`` cites; the number is the work's own, never changes and is never given again."""

    number: Annotated[int, Field(ge=1)]
    article: UUID
    outlet: NamedOutlet
    url: Annotated[str, StringConstraints(max_length=2_000, pattern=r"^https?://[^\s<>\"]+$")]
    title: Line
    published_on: date | None = None
    author: Line = ""
    paywalled: bool = False


class PlacedPicture(Value):
    """A picture as this work uses it: ``uid`` is the use's own, ``image`` the picture's."""

    uid: UUID
    image: UUID
    alt: Line = ""
    decorative: bool = False
    caption: Text = ""
    credit: Line = ""


class DocumentBase(Value):
    """What the two kinds of document share: identity, canonical form and digest."""

    uid: UUID
    slug: Annotated[str, StringConstraints(max_length=200)]
    language: LanguageTag = "en"
    topics: tuple[NamedTopic, ...] = ()
    citations: tuple[CitedArticle, ...] = ()
    pictures: tuple[PlacedPicture, ...] = ()
    cut_off: bool = False

    @model_validator(mode="after")
    def _cites_each_article_once(self) -> Self:
        numbers = [citation.number for citation in self.citations]
        if len(numbers) != len(set(numbers)):
            raise ValueError("Two citations have the same number.")
        for what in ("article", "url"):
            values = [getattr(citation, what) for citation in self.citations]
            if len(values) != len(set(values)):
                raise ValueError("Two citations lead to the same article.")
        return self

    def body(self) -> dict[str, object]:
        """Return the document as plain JSON values, the form that is stored."""
        return self.model_dump(mode="json")

    def canonical(self) -> str:
        """Return the one JSON text of this document: keys sorted, no spaces, characters as they are."""
        return json.dumps(self.body(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def digest(self) -> str:
        """Return the SHA-256 of the canonical form in hexadecimal; equal documents have equal digests."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    def changed(self, **fields: object) -> Self:
        """Return a validated copy with the given fields replaced."""
        return self.model_validate({**{name: getattr(self, name) for name in type(self).model_fields}, **fields})
