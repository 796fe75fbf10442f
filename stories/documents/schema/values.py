"""The values that both kinds of document contain: names, cited articles and placed pictures."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext_noop as _
from pydantic import Field, StringConstraints

from newsroom.text.fold import fold
from stories.documents.days import format_day
from stories.documents.fields import FieldGroup, FieldSpec, FrozenModel, JointRule, flag_field, line_field, text_field

LAST_POSITION = 1_000

Text = Annotated[str, StringConstraints(max_length=200_000)]
Line = Annotated[str, StringConstraints(max_length=1_000)]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]


class NamedOutlet(FrozenModel):
    """An outlet, with its name when the document was written. ``uid`` is None for a proposed name."""

    uid: UUID | None
    name: Line


def show_outlets(outlets: Iterable[NamedOutlet]) -> str:
    """Return the names of outlets, separated by semicolons."""
    return "; ".join(outlet.name for outlet in outlets)


def outlet_key(outlet: NamedOutlet) -> object:
    """Return the key that identifies an outlet: its uid, or its folded name if it is only proposed."""
    return outlet.uid or fold(outlet.name)


def show_day(day: date | None) -> str:
    """Return a day as text, such as “13 November 2026”, or an empty string."""
    return format_day(day) if day else ""


def day_field(label: str, position: int = 0, **options: Any) -> FieldSpec:
    """Return the declaration of a day that people read."""
    return FieldSpec(label, "day", position, show=show_day, is_text=True, **options)


_UID = FieldSpec(_("Internal number"), "small", LAST_POSITION)
Uid = Annotated[UUID, _UID]


class NamedTopic(FrozenModel):
    """A topic as a work names it.

    ``uid`` identifies this use of the topic. ``topic`` is the uid of the topic, or None for a proposed name.
    ``description`` is this work's description of the topic, in Markdown. An import stores it even if the topic has a
    description of its own. ``explain`` allows the page to explain the first mention in place.
    """

    field_groups = (
        FieldGroup(
            ("topic", "name"),
            "name",
            show=lambda uid, name: name if uid else f"{name} (proposed)",
            merge_key=lambda uid, name: uid or fold(name),
        ),
    )

    uid: Uid
    topic: Annotated[UUID | None, FieldSpec(_("Linked topic"), "small", explained_by="name")]
    name: Annotated[Line, line_field(_("Name"), desk_name="Topic", is_title=True, max_length=200)]
    description: Annotated[Text, text_field(_("Description"))] = ""
    explain: Annotated[
        bool,
        flag_field(
            _("Explained at first mention"),
            "Explained in place",
            "Not explained in place",
            noun="explained in place",
        ),
    ] = True


class NamedContributor(FrozenModel):
    """A contributor in the byline, with the name when the document was written."""

    uid: Uid
    # The same uid means the same person, even with a new name.
    name: Annotated[
        Line, FieldSpec(_("Name"), "line", desk_name="Byline", merge_key=lambda name: None, is_text=True, is_title=True)
    ]


class CitedArticle(FrozenModel):
    """An article that ``[@number]`` cites; the number belongs to the work, never changes and is never reused."""

    number: Annotated[int, Field(ge=1), FieldSpec(_("New source number"), "other", 60, noun="number")]
    article: Annotated[UUID, FieldSpec(_("Linked article"), "small", 70, noun="article", is_subject=True)]
    outlet: Annotated[
        NamedOutlet,
        FieldSpec(
            _("Linked outlet"),
            "small",
            20,
            noun="outlet",
            show=lambda outlet: outlet.name,
            merge_key=outlet_key,
            is_text=True,
            explained_by="details",
        ),
    ]
    url: Annotated[
        str,
        StringConstraints(max_length=2_000, pattern=r"^https?://[^\s<>\"]+$"),
        FieldSpec(_("Web address"), "value", 40, noun="address", is_text=True),
    ]
    title: Annotated[Line, line_field(_("Title"), position=10, is_title=True, max_length=500)]
    published_on: Annotated[
        date | None,
        FieldSpec(
            _("Day of publication"), "small", 30, noun="date", show=show_day, is_text=True, explained_by="details"
        ),
    ] = None
    author: Annotated[
        Line, FieldSpec(_("Author"), "small", 30, is_text=True, explained_by="details", max_length=300)
    ] = ""
    paywalled: Annotated[
        bool,
        flag_field(
            _("Behind a paywall"), "Behind a paywall", "Free to read", comparator="flag", position=50, noun="paywall"
        ),
    ] = False
    archived_url: Annotated[
        str,
        StringConstraints(max_length=2_000, pattern=r"^(https?://[^\s<>\"]+)?$"),
        FieldSpec(_("Archived copy"), "value", 80, noun="archived copy", since=2),
    ] = ""
    archived_on: Annotated[
        date | None, FieldSpec(_("Archived on"), "day", 90, noun="day of archiving", show=show_day, since=2)
    ] = None


class PlacedPicture(FrozenModel):
    """An image as one work uses it. ``uid`` identifies this use; ``image`` is the uid of the image."""

    merge_rules = (
        JointRule(
            ("alt", "decorative"),
            "alt",
            "alternative text",
            show=lambda alt, is_decorative: f"{alt} (decorative)" if is_decorative else alt,
            is_wrong=lambda alt, is_decorative: bool(is_decorative and alt),
        ),
    )

    uid: Uid
    image: Annotated[UUID, FieldSpec(_("Another picture"), "other", noun="picture", is_subject=True)]
    alt: Annotated[Line, line_field(_("Alternative text"), desk_name="{title}: alternative text", is_checked=True)] = ""
    decorative: Annotated[bool, flag_field(_("Decorative"), "Decorative", "Not decorative", comparator="flag")] = False
    caption: Annotated[Text, text_field(_("Caption"), desk_name="{title}: caption")] = ""
    credit: Annotated[Line, line_field(_("Credit"), desk_name="{title}: credit", is_checked=True, max_length=300)] = ""
