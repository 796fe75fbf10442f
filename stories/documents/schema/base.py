"""The base class of both kinds of document, with its canonical form and its digest."""

import hashlib
import json
from typing import Annotated, Any, Self

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from pydantic import SerializerFunctionWrapHandler, StringConstraints, model_serializer, model_validator

from newsroom.http.languages import translated_name
from newsroom.text.fold import fold
from stories.documents.fields import FieldSpec, FrozenModel, JointRule, RowsSpec, flag_field, normalise_text
from stories.documents.schema.values import CitedArticle, LanguageTag, NamedTopic, PlacedPicture, Uid
from stories.documents.since import remove_unused

_TOPICS = RowsSpec(
    "Topic",
    "topics",
    800,
    match_keys=(lambda topic: (topic.topic, topic.name), lambda topic: topic.name),
    unique_by=(lambda topic: topic.topic or fold(topic.name),),
    max_rows=200,
    in_text=True,
)
_CITATIONS = RowsSpec(
    "Source",
    "sources",
    850,
    title=lambda cited: f"Source {cited.number}",
    label=lambda cited: cited.title or cited.url,
    key="number",
    match_keys=(lambda cited: cited.article,),
    unique_by=(lambda cited: cited.article, lambda cited: cited.url),
    separator="\n",
)
_PICTURES = RowsSpec(
    "Picture",
    "pictures in the text",
    820,
    title=lambda picture: "Picture in the text",
    label=lambda picture: picture.alt or picture.caption or gettext("Picture"),
    match_keys=(lambda picture: picture.image,),
    max_rows=200,
)


def confirmation_rule(name: str, label: str) -> JointRule:
    """Return the rule that a title stays confirmed only if it is the title that was confirmed."""
    return JointRule(
        (name, f"{name}_confirmed"),
        name,
        label,
        show=lambda title, is_confirmed: f"{title} ({'confirmed' if is_confirmed else 'proposed'})",
        is_wrong=lambda title, is_confirmed: bool(is_confirmed),
    )


def _show_language(tag: str) -> str:
    """Return a language as text, such as “German (de)”; the tag distinguishes languages of the same name."""
    name = translated_name(tag)
    return tag if name == tag else f"{name} ({tag})"


class DocumentBase(FrozenModel):
    """Base class of both kinds of document: identity, shared fields, canonical form and digest.

    In memory, the schema number of a document is that of the newest schema. Its plain form has the number of the
    earliest schema that has all fields in use.
    """

    uid: Uid
    slug: Annotated[
        str,
        StringConstraints(max_length=200),
        FieldSpec(_("Address"), "value", 900, merge_key=normalise_text, summary=_("address changed")),
    ]
    language: Annotated[
        LanguageTag,
        FieldSpec(
            _("Language"),
            "value",
            910,
            show=_show_language,
            merge_key=normalise_text,
            summary=_("language changed"),
        ),
    ] = "en"
    topics: Annotated[tuple[NamedTopic, ...], _TOPICS] = ()
    citations: Annotated[tuple[CitedArticle, ...], _CITATIONS] = ()
    pictures: Annotated[tuple[PlacedPicture, ...], _PICTURES] = ()
    cut_off: Annotated[
        bool,
        flag_field(
            _("Text is incomplete"),
            "The text is incomplete",
            "The text is complete",
            position=920,
            noun="Text is incomplete",
            in_text=True,
        ),
    ] = False

    @model_validator(mode="after")
    def _check_unique_citations(self) -> Self:
        numbers = [citation.number for citation in self.citations]
        if len(numbers) != len(set(numbers)):
            raise ValueError("Two sources have the same number.")
        for name in ("article", "url"):
            values = [getattr(citation, name) for citation in self.citations]
            if len(values) != len(set(values)):
                raise ValueError("Two sources are the same article.")
        return self

    # A return type would become the JSON schema of the whole document, which then would not list the fields.
    @model_serializer(mode="wrap")
    def _serialize(self, handler: SerializerFunctionWrapHandler):  # type: ignore[no-untyped-def]
        body: dict[str, Any] = handler(self)
        body["schema"] = remove_unused(body, self)
        return body

    def body(self) -> dict[str, Any]:
        """Return the document as plain JSON values, the form in which the database stores it."""
        return self.model_dump(mode="json")

    def canonical(self) -> str:
        """Return the canonical JSON: sorted keys, no white space outside strings, non-ASCII characters unescaped."""
        return json.dumps(self.body(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def digest(self) -> str:
        """Return the hexadecimal SHA-256 of the canonical JSON; equal documents have equal digests."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    def changed(self, **fields: object) -> Self:
        """Return a copy with the given fields replaced. Raise pydantic.ValidationError if the copy is invalid."""
        return self.model_validate({**{name: getattr(self, name) for name in type(self).model_fields}, **fields})
