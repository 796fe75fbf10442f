"""One-line summaries of a comparison and of its parts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, ngettext_lazy

from newsroom.text.join import join_list
from stories.documents import Explainer, QuestionPage
from stories.documents.compare.comparison import ChangedPart
from stories.documents.fields import field_specs

# The words for a change to each field of the document itself, keyed by field name.
_EDITED = {
    name: spec.summary
    for model in (Explainer, QuestionPage)
    for name, spec in field_specs(model).items()
    if spec.summary
}
_PARTS = {
    ("lead_picture", "added"): gettext_lazy("lead picture added"),
    ("lead_picture", "removed"): gettext_lazy("lead picture removed"),
    ("lead_picture", "edited"): gettext_lazy("lead picture changed"),
    ("byline", "edited"): gettext_lazy("byline changed"),
    ("headings", "edited"): gettext_lazy("headings edited"),
}
_ROWS = {
    ("section", "edited"): ngettext_lazy("%(count)d section edited", "%(count)d sections edited", "count"),
    ("passages", "edited"): ngettext_lazy("%(count)d passage edited", "%(count)d passages edited", "count"),
    ("figures", "edited"): ngettext_lazy(
        "%(count)d row of “In figures” edited", "%(count)d rows of “In figures” edited", "count"
    ),
    ("claims", "edited"): ngettext_lazy("%(count)d compared point edited", "%(count)d compared points edited", "count"),
    ("forecasts", "edited"): ngettext_lazy("%(count)d forecast edited", "%(count)d forecasts edited", "count"),
    ("origins", "edited"): ngettext_lazy("%(count)d origin edited", "%(count)d origins edited", "count"),
    ("answers", "edited"): ngettext_lazy("%(count)d answer edited", "%(count)d answers edited", "count"),
    ("questions", "edited"): ngettext_lazy("%(count)d question edited", "%(count)d questions edited", "count"),
    ("topics", "edited"): ngettext_lazy("%(count)d topic edited", "%(count)d topics edited", "count"),
    ("pictures", "edited"): ngettext_lazy("%(count)d picture edited", "%(count)d pictures edited", "count"),
    ("sources", "edited"): ngettext_lazy("%(count)d source edited", "%(count)d sources edited", "count"),
    ("section", "added"): ngettext_lazy("%(count)d section added", "%(count)d sections added", "count"),
    ("passages", "added"): ngettext_lazy("%(count)d passage added", "%(count)d passages added", "count"),
    ("figures", "added"): ngettext_lazy(
        "%(count)d row of “In figures” added", "%(count)d rows of “In figures” added", "count"
    ),
    ("claims", "added"): ngettext_lazy("%(count)d compared point added", "%(count)d compared points added", "count"),
    ("forecasts", "added"): ngettext_lazy("%(count)d forecast added", "%(count)d forecasts added", "count"),
    ("origins", "added"): ngettext_lazy("%(count)d origin added", "%(count)d origins added", "count"),
    ("answers", "added"): ngettext_lazy("%(count)d answer added", "%(count)d answers added", "count"),
    ("questions", "added"): ngettext_lazy("%(count)d question added", "%(count)d questions added", "count"),
    ("topics", "added"): ngettext_lazy("%(count)d topic added", "%(count)d topics added", "count"),
    ("pictures", "added"): ngettext_lazy("%(count)d picture added", "%(count)d pictures added", "count"),
    ("sources", "added"): ngettext_lazy("%(count)d source added", "%(count)d sources added", "count"),
    ("section", "removed"): ngettext_lazy("%(count)d section removed", "%(count)d sections removed", "count"),
    ("passages", "removed"): ngettext_lazy("%(count)d passage removed", "%(count)d passages removed", "count"),
    ("figures", "removed"): ngettext_lazy(
        "%(count)d row of “In figures” removed", "%(count)d rows of “In figures” removed", "count"
    ),
    ("claims", "removed"): ngettext_lazy(
        "%(count)d compared point removed", "%(count)d compared points removed", "count"
    ),
    ("forecasts", "removed"): ngettext_lazy("%(count)d forecast removed", "%(count)d forecasts removed", "count"),
    ("origins", "removed"): ngettext_lazy("%(count)d origin removed", "%(count)d origins removed", "count"),
    ("answers", "removed"): ngettext_lazy("%(count)d answer removed", "%(count)d answers removed", "count"),
    ("questions", "removed"): ngettext_lazy("%(count)d question removed", "%(count)d questions removed", "count"),
    ("topics", "removed"): ngettext_lazy("%(count)d topic removed", "%(count)d topics removed", "count"),
    ("pictures", "removed"): ngettext_lazy("%(count)d picture removed", "%(count)d pictures removed", "count"),
    ("sources", "removed"): ngettext_lazy("%(count)d source removed", "%(count)d sources removed", "count"),
    ("section", "moved"): ngettext_lazy("%(count)d section moved", "%(count)d sections moved", "count"),
    ("passages", "moved"): ngettext_lazy("%(count)d passage moved", "%(count)d passages moved", "count"),
    ("figures", "moved"): ngettext_lazy(
        "%(count)d row of “In figures” moved", "%(count)d rows of “In figures” moved", "count"
    ),
    ("claims", "moved"): ngettext_lazy("%(count)d compared point moved", "%(count)d compared points moved", "count"),
    ("forecasts", "moved"): ngettext_lazy("%(count)d forecast moved", "%(count)d forecasts moved", "count"),
    ("origins", "moved"): ngettext_lazy("%(count)d origin moved", "%(count)d origins moved", "count"),
    ("answers", "moved"): ngettext_lazy("%(count)d answer moved", "%(count)d answers moved", "count"),
    ("questions", "moved"): ngettext_lazy("%(count)d question moved", "%(count)d questions moved", "count"),
    ("topics", "moved"): ngettext_lazy("%(count)d topic moved", "%(count)d topics moved", "count"),
    ("pictures", "moved"): ngettext_lazy("%(count)d picture moved", "%(count)d pictures moved", "count"),
    ("sources", "moved"): ngettext_lazy("%(count)d source moved", "%(count)d sources moved", "count"),
    ("sources", "replaced"): ngettext_lazy("%(count)d source replaced", "%(count)d sources replaced", "count"),
}
_MENTIONS = {
    "figure": ngettext_lazy("%(count)d figure changed", "%(count)d figures changed", "count"),
    "date": ngettext_lazy("%(count)d date changed", "%(count)d dates changed", "count"),
    "quotation": ngettext_lazy("%(count)d quotation changed", "%(count)d quotations changed", "count"),
}


def summarise(parts: Iterable[ChangedPart], *, is_new: bool) -> str:
    """Return the summary of a whole comparison, or an empty string if nothing changed."""
    parts = tuple(parts)
    if is_new:
        return gettext("All new")
    summaries = list(_summaries(parts))
    if parts and not summaries:
        return gettext("No visible changes")
    return capfirst(join_list(summaries))


def summarise_part(part: ChangedPart) -> str:
    """Return the summary of a part: changed rows, figures, dates and quotations, or the number of changed words."""
    summaries = [*_format_counts(_count_rows((part,))), *_summarise_mentions((part,))]
    if not summaries and part.state == "edited" and (words := sum(field.words_changed for field in part.all_fields)):
        summaries = [
            str(ngettext_lazy("%(count)d word changed", "%(count)d words changed", "count") % {"count": words})
        ]
    return join_list(summaries)


def _summaries(parts: tuple[ChangedPart, ...]) -> Iterator[str]:
    for part in parts:
        visible = [field for field in part.fields if not field.is_small]
        if part.code in ("head", "method_note"):
            yield from (gettext(_EDITED[field.code]) for field in visible)
        elif (part.code, part.state) in _PARTS and not part.is_small:
            yield str(_PARTS[part.code, part.state])
    sections = Counter(part.state for part in parts if part.code == "section" and _is_visibly_changed(part))
    yield from _format_counts({("section", state): count for state, count in sections.items()})
    yield from _format_counts(_count_rows(parts))
    yield from _summarise_mentions(parts)


def _is_visibly_changed(section: ChangedPart) -> bool:
    return section.state != "edited" or any(not field.is_small for field in section.fields)


def _count_rows(parts: Iterable[ChangedPart]) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for part in parts:
        code = "passages" if part.code == "section" else part.code
        counts.update((code, row.state) for row in part.rows if not row.is_small)
    replaced = min(counts["sources", "added"], counts["sources", "removed"])
    counts["sources", "replaced"] = replaced
    counts["sources", "added"] -= replaced
    counts["sources", "removed"] -= replaced
    return counts


def _format_counts(counts: Mapping[tuple[str, str], int]) -> Iterator[str]:
    for key, words in _ROWS.items():
        if count := counts.get(key):
            yield words % {"count": count}


def _summarise_mentions(parts: Iterable[ChangedPart]) -> Iterator[str]:
    # Only fields that have text on both sides count, because every figure in a new passage is new.
    counts: Counter[str] = Counter(
        mention.kind
        for part in parts
        for field in part.all_fields
        if field.before and field.after
        for mention in field.changed_mentions
    )
    for kind, words in _MENTIONS.items():
        if counts[kind]:
            yield words % {"count": counts[kind]}
