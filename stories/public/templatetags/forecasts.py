"""Template tags of the list of forecasts: its entries, and how the forecasts of one speaker turned out."""

from datetime import datetime
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.translation import gettext, override

from newsroom.site.templatetags.public_pages import day
from newsroom.text.html import NO_HTML, fill_in, join_parts
from stories.documents.forecasts import EVEN_BRIER_SCORE
from stories.public.pages.forecasts import DECIDED, ForecastEntry, ForecastGroup, ForecastList
from stories.public.pages.works.markup.forecasts import STATE_MARKS, say_overdue

register = template.Library()

_ENTRY = """<li><p class="small"><span class="day">{day}</span></p>
<div class="card">
<h3 lang="{language}" dir="{direction}"><a href="{url}">{words}</a></h3>
{story}
{note}<p class="state-mark" data-state="{state}">{label}</p>
</div></li>"""
_WITHDRAWN = """<li><p class="small"><span class="day">{day}</span></p>
<p class="state-mark" data-state="void"><span>{words}</span></p></li>"""
_STORY = '<p class="small" lang="{language}" dir="{direction}">{words}</p>'
_NOTE = '<p class="small">{words}</p>'
_LINK = '<a href="{url}">{words}</a>'
_RECORD = '<p class="record">{words}</p>'


@register.simple_tag
def forecast_items(group: ForecastGroup, at: datetime) -> SafeString:
    """Return the entries of a part of the list as HTML."""
    return join_parts(_render_entry(entry, at) for entry in group.entries)


def _render_entry(entry: ForecastEntry, at: datetime) -> SafeString:
    row, edition = entry.row, entry.row.edition
    decided_on = day(row.decided_on if row.state != "open" else row.due_on, at)
    if entry.is_withdrawn:
        return fill_in(_WITHDRAWN, day=decided_on, words=describe_withdrawal(entry, at))
    with override(edition.language):
        words = name_forecast(entry)
        title = gettext("“{title}”").format(title=edition.title)
    place = {"language": edition.language, "direction": edition.direction}
    return fill_in(
        _ENTRY,
        day=decided_on,
        url=entry.url,
        words=words,
        story=fill_in(_STORY, words=title, **place),
        note=fill_in(_NOTE, words=say_overdue(row.due_on, at)) if entry.is_overdue else NO_HTML,
        state=STATE_MARKS.get(row.state, row.state),
        label=entry.state_label,
        **place,
    )


def describe_withdrawal(entry: ForecastEntry, at: datetime, *, site: str = "") -> SafeString:
    """Return what remains of the forecasts of a withdrawn story; the link to its notice begins with ``site``."""
    return fill_in(
        gettext("Void: {link}the story was withdrawn on {day}{end}."),
        link=fill_in('<a href="{url}">', url=f"{site}{entry.url}"),
        day=day(entry.row.decided_on, at),
        end=fill_in("</a>"),
    )


def name_forecast(entry: ForecastEntry) -> str:
    """Return who expected what, in the active language."""
    return gettext("{speaker}: {expected}").format(speaker=entry.row.speaker, expected=entry.row.expected)


@register.simple_tag
def speaker_record(page: ForecastList) -> SafeString:
    """Return how the forecasts of the chosen speaker turned out; each number is a link to the list that it counts."""
    record, who = page.record, page.speaker
    if record is None:
        return NO_HTML

    def count(number: int, **query: str) -> SafeString:
        url = f"{reverse('forecasts')}?{urlencode({'who': who, **query})}"
        return fill_in(_LINK, url=url, words=formats.number_format(number))

    counts, ranged = record.counts, record.ranged
    words = [
        fill_in(
            gettext("{speaker}: came true {came_true}, in part {in_part}, did not come true {not_true}."),
            speaker=who,
            came_true=count(counts.came_true, state="came_true"),
            in_part=count(counts.in_part, state="in_part"),
            not_true=count(counts.not_true, state="not_true"),
        )
    ]
    if counts.void:
        words.append(fill_in(gettext("Void, not counted: {void}."), void=count(counts.void, state="void")))
    lines = [join_parts(words, between=" ")]
    if record.shows_ranges:
        inside = count(ranged.came_true, state="came_true", range="1")
        decided = count(ranged.decided, state=DECIDED, range="1")
        lines.append(fill_in(gettext("Inside the range: {inside} of {decided}."), inside=inside, decided=decided))
    if record.brier_score is not None:
        template = gettext("Brier score {score}. Always saying 50 % would score {even}. Lower is better.")
        numbers = (formats.number_format(round(number, 2), 2) for number in (record.brier_score, EVEN_BRIER_SCORE))
        lines.append(fill_in(template, **dict(zip(("score", "even"), numbers, strict=True))))
    return join_parts(fill_in(_RECORD, words=line) for line in lines)
