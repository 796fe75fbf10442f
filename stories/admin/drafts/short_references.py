"""Short references on the form of a work: show them in its texts, and resolve them in the form that is submitted."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict

from newsroom.accounts.models import User
from newsroom.desk.forms.markdown import MarkdownTextarea
from newsroom.desk.forms.rows import UidFormSet
from newsroom.media.forms import title_in_display_name
from newsroom.media.models import Image
from newsroom.text.markdown.links import LinkTarget
from newsroom.text.size_limits import describe_excess
from stories.admin.drafts.finding_fields import ROWS
from stories.documents import Explainer, QuestionPage
from stories.documents.fields import FieldSpec, field_specs, inner_model, row_specs
from stories.drafts.short_references import ResolvedTexts, ShortNames, UnknownName, list_visible_kinds, resolve_names

# The hidden field with the names that a form shows.
CARRIED_NAMES = "reference_names"
_PICTURE = re.compile(r"pictures-(\d{1,5})-picture")


def describe_form_excess(posted: Mapping[str, object]) -> str:
    """Return a sentence explaining why a submitted form is too large for one page, or an empty string if it is not."""
    return describe_excess(str(value) for name, value in posted.items() if name != CARRIED_NAMES)


def resolve_values(posted: Mapping[str, str], *, by: User, with_near_names: bool = False) -> ResolvedTexts:
    """Return the Markdown texts of a submitted form with uids instead of short names, keyed by control."""
    controls = _match_controls()
    texts = {name: value for name, value in posted.items() if "](" in value and controls.fullmatch(name)}
    if not texts:
        return ResolvedTexts({}, {})
    carried = _name_submitted_pictures(posted) | ShortNames.parse(posted.get(CARRIED_NAMES, ""))
    return resolve_names(texts, carried=carried, kinds=list_visible_kinds(by), with_near_names=with_near_names)


def resolve_form(posted: QueryDict, *, by: User) -> tuple[QueryDict, dict[str, list[UnknownName]]]:
    """Return the submitted form with uids instead of short names, and the unknown names in each control.

    The names in rows that are submitted as deleted do not count.
    """
    resolved = resolve_values(cast("dict[str, str]", posted.dict()), by=by, with_near_names=True)
    changed = {name: text for name, text in resolved.texts.items() if text != posted[name]}
    unknown = {
        name: names
        for name, names in resolved.unknown.items()
        if ":" not in name and not ("-" in name and posted.get(f"{name.rpartition('-')[0]}-DELETE"))
    }
    if changed:
        posted = posted.copy()
        for name, text in changed.items():
            posted[name] = text
    return posted, unknown


def show_short_names(
    form: forms.BaseForm, formsets: Sequence[UidFormSet], others: Iterable[forms.BaseForm] = (), *, by: User
) -> ShortNames:
    """Show short names in the Markdown fields of a form, of its rows and of ``others``, and return these names.

    The number of queries does not depend on the number or length of the texts.
    """
    all_forms = [form, *(row for rows in formsets for row in rows.forms), *others]
    fields = [each[name] for each in all_forms for name in each.fields]
    texts = [field for field in fields if isinstance(field.field.widget, MarkdownTextarea)]
    values = [field.field.widget.format_value(field.value()) or "" for field in texts]
    pictures = {uid: (row, title) for rows in formsets for row, uid, title in _list_pictures(rows)}
    titles = {uid: title for uid, (_, title) in pictures.items()}
    names = ShortNames.load(values, kinds=list_visible_kinds(by), pictures=titles)
    for field in texts:
        field.field.widget.shorten = names.shorten
    for uid, (row, _) in pictures.items():
        row.short_name = names.name_of(LinkTarget("picture", uid))
    return names


def _list_pictures(rows: UidFormSet) -> Iterator[tuple[Any, UUID, str]]:
    """Yield the rows of pictures that have a picture, each with its uid and the title of the picture."""
    for row in rows.forms if rows.prefix == "pictures" else ():
        picture, uid = row["picture"].value(), _parse_uid(str(row["row"].value()))
        title = picture.title if isinstance(picture, Image) else title_in_display_name(str(picture or ""))
        if title and uid:
            yield row, uid, title


def _name_submitted_pictures(posted: Mapping[str, str]) -> ShortNames:
    """Return the names of the pictures that a submitted form places, also of new ones."""
    rows = sorted((int(match[1]), value) for name, value in posted.items() if (match := _PICTURE.fullmatch(name)))
    pictures = {
        uid: title_in_display_name(title)
        for index, title in rows
        if title and (uid := _parse_uid(posted.get(f"pictures-{index}-row", "")))
    }
    return ShortNames.load((), kinds=(), pictures=pictures)


def _parse_uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@cache
def _match_controls() -> re.Pattern[str]:
    """Return a pattern for the names of the controls with Markdown, and of the other editor's values for them."""
    own: set[str] = set()
    rows: set[str] = set()
    for document in (Explainer, QuestionPage):
        own |= set(_list_markdown(field_specs(document)))
        for name, spec in row_specs(document).items():
            texts = _list_markdown(field_specs(inner_model(document, name)))
            if spec.is_single:
                own |= {f"{spec.prefix}_{text}" for text in texts}
            else:
                rows |= {rf"{ROWS.get(name, name)}-\d{{1,5}}-{text}" for text in texts}
    control = "|".join(sorted(own | rows))
    return re.compile(rf"(?:{control})|theirs-\d{{1,4}}:(?:{control}):")


def _list_markdown(specs: Mapping[str, FieldSpec]) -> Iterator[str]:
    return (name for name, spec in specs.items() if spec.comparator == "text")
