"""Find the form field to which a finding of a check refers."""

from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse

from newsroom.desk.forms.rows import UidFormSet
from stories.checks import Finding
from stories.drafts.publication_status import get_specific
from stories.models import FAQ, ClaimCell, Story, StoryQuestion, Work

# Maps the prefix of a formset to the identifiers of its rows in a document: uids, or the numbers of sources.
type RowIdentifiers = Mapping[str, Sequence[object]]

ROWS = {"topics": "work_topics", "questions": "story_questions"}
FIELDS = {
    "outlet": "outlet_name",
    "outlets": "outlet_names",
    "sources": "source_numbers",
    "lead_picture": "lead",
    "change": "kind",
}
# Fields that are not shown, with the field that takes the focus in their place.
SHOWN_FIELDS = {"source_numbers": "addresses"}


def field_id(anchor: str, rows_by_formset: RowIdentifiers) -> str:
    """Return the HTML id of the control for ``anchor``; ``rows_by_formset`` identifies the rows in order.

    For the anchor of a missing row or of a whole formset, return the id of the formset.
    """
    kind, rest = split_anchor(anchor)
    prefix = ROWS.get(kind, kind)
    if not rest:
        return f"rows-{prefix}" if prefix in rows_by_formset else f"id_{FIELDS.get(kind, kind)}"
    row, _, field = rest.partition(".")
    rows = [str(identifier) for identifier in rows_by_formset.get(prefix, ())]
    name = FIELDS.get(field, field)
    return f"id_{prefix}-{rows.index(row)}-{SHOWN_FIELDS.get(name, name)}" if row in rows else f"rows-{prefix}"


def split_anchor(anchor: str) -> tuple[str, str]:
    """Return the kind of row in an anchor, and the rest: the identifier of the row and its field.

    Of an anchor within a row, such as ``claims.UID.cells.UID.value``, the inner row counts.
    """
    parts = anchor.split(".")
    if len(parts) > 3:
        return parts[2], ".".join(parts[3:])
    kind, _, rest = anchor.partition(".")
    return kind, rest


def list_form_rows(formsets: Iterable[UidFormSet]) -> RowIdentifiers:
    """Return the identifiers of the rows in the formsets of a page."""
    return {str(rows.prefix): [_identify(form.instance, rows) for form in rows.forms] for rows in formsets}


def _identify(row: object, rows: UidFormSet) -> object:
    # A document identifies a question by the question's own uid.
    if isinstance(row, StoryQuestion) and row.faq_id:
        return row.faq.uid
    return rows.identity(row)  # type: ignore[arg-type]  # every row of a form is a model instance


def link_findings(findings: Iterable[Finding], work: Work) -> list[tuple[Finding, str]]:
    """Return each finding with the address of its field on the form of ``work``."""
    listed = list(findings)
    if not listed:  # saves the queries for the rows
        return []
    page = reverse(work.change_view_name, args=[work.pk])
    rows = list_saved_rows(get_specific(work))
    return [(finding, f"{page}#{field_id(finding.anchor, rows)}") for finding in listed]


def list_saved_rows(work: Work) -> RowIdentifiers:
    """Return the identifiers of the saved rows of ``work``, in the order in which its form shows them."""
    shared: dict[str, Sequence[object]] = {
        "work_topics": list(work.work_topics.values_list("uid", flat=True)),
        "pictures": list(work.pictures.values_list("uid", flat=True)),
        "citations": list(work.citations.values_list("number", flat=True)),
    }
    match work:
        case Story():
            return {
                **shared,
                "sections": list(work.sections.values_list("uid", flat=True)),
                "passages": list(work.passages.values_list("uid", flat=True)),
                "claims": list(work.claims.values_list("uid", flat=True)),
                "cells": list(ClaimCell.objects.of_story(work).values_list("uid", flat=True)),
                "figures": list(work.figures.values_list("uid", flat=True)),
                "forecasts": list(work.forecasts.values_list("uid", flat=True)),
                "story_questions": list(work.story_questions.values_list("faq__uid", flat=True)),
            }
        case FAQ():
            return {**shared, "answers": list(work.answers.values_list("uid", flat=True))}
        case _:
            return shared
