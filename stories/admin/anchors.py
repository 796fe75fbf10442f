"""Leads from what a check found to the field that it is about."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from stories.models import FAQ, Story, Work

type Places = Mapping[str, Sequence[UUID]]

ROWS = {"topics": "work_topics", "questions": "story_questions"}
FIELDS = {"outlets": "outlet_names", "sources": "source_numbers", "lead_picture": "lead"}


def field_id(anchor: str, places: Places) -> str:
    """Return the id of the control for ``anchor``; ``places`` are the uids of each set of rows in their order."""
    kind, _, rest = anchor.partition(".")
    prefix = ROWS.get(kind, kind)
    if not rest:
        return f"rows-{prefix}" if prefix in places or prefix == "citations" else f"id_{FIELDS.get(kind, kind)}"
    uid, _, field = rest.partition(".")
    uids = [str(known) for known in places.get(prefix, ())]
    return f"id_{prefix}-{uids.index(uid)}-{FIELDS.get(field, field)}" if uid in uids else f"rows-{prefix}"


def places_of(work: Work) -> Places:
    """Return the uids of the rows of ``work`` as its form shows them."""
    shared = {
        "work_topics": list(work.work_topics.values_list("uid", flat=True)),
        "pictures": list(work.pictures.values_list("uid", flat=True)),
    }
    match work:
        case Story():
            return {
                **shared,
                "sections": list(work.sections.values_list("uid", flat=True)),
                "passages": list(work.passages.values_list("uid", flat=True)),
                # A document names a question by the question's own uid.
                "story_questions": list(work.story_questions.values_list("faq__uid", flat=True)),
            }
        case FAQ():
            return {**shared, "answers": list(work.answers.values_list("uid", flat=True))}
        case _:
            return shared
