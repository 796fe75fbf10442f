"""Leads from what a check found to the field that it is about."""

from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse

from newsroom.desk.forms.rows import UidFormSet
from stories.checks import Finding
from stories.drafts.publication_status import itself
from stories.models import FAQ, Story, StoryQuestion, Work

# What names a row inside a document: its uid, or the number of a source.
type Places = Mapping[str, Sequence[object]]

ROWS = {"topics": "work_topics", "questions": "story_questions"}
FIELDS = {"outlets": "outlet_names", "sources": "source_numbers", "lead_picture": "lead", "change": "kind"}


def field_id(anchor: str, places: Places) -> str:
    """Return the id of the control for ``anchor``; ``places`` name the rows of each set in their order.

    An anchor that names a row which is not there, or a whole set of rows, leads to the set.
    """
    kind, _, rest = anchor.partition(".")
    prefix = ROWS.get(kind, kind)
    if not rest:
        return f"rows-{prefix}" if prefix in places else f"id_{FIELDS.get(kind, kind)}"
    row, _, field = rest.partition(".")
    rows = [str(known) for known in places.get(prefix, ())]
    return f"id_{prefix}-{rows.index(row)}-{FIELDS.get(field, field)}" if row in rows else f"rows-{prefix}"


def places_on(formsets: Iterable[UidFormSet]) -> Places:
    """Return what names the rows of a form as it stands on the page."""
    return {str(rows.prefix): [_name_of(form.instance, rows) for form in rows.forms] for rows in formsets}


def _name_of(row: object, rows: UidFormSet) -> object:
    # A document names a question by the question's own uid.
    if isinstance(row, StoryQuestion) and row.faq_id:
        return row.faq.uid
    return rows.identity(row)  # type: ignore[arg-type]  # every row of a form is a model's


def ways_to(findings: Iterable[Finding], work: Work) -> list[tuple[Finding, str]]:
    """Return each finding with the address of its field on the form of ``work``; nothing is asked where nothing was found."""
    found = list(findings)
    if not found:
        return []
    page = reverse(work.desk_view, args=[work.pk])
    places = places_of(itself(work))
    return [(finding, f"{page}#{field_id(finding.anchor, places)}") for finding in found]


def places_of(work: Work) -> Places:
    """Return what names the rows of ``work`` as its form shows them."""
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
                "story_questions": list(work.story_questions.values_list("faq__uid", flat=True)),
            }
        case FAQ():
            return {**shared, "answers": list(work.answers.values_list("uid", flat=True))}
        case _:
            return shared
