"""Template filters that print the number of works, such as “12 stories”. A count may stop at a limit."""

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from newsroom.entities.counts import Count

register = template.Library()


@register.filter
def stories_in_words(count: Count) -> str:
    """Return a phrase such as “12 stories”, or “more than 1,000 stories” if the count stopped at its limit."""
    if count.is_all:
        return _format_count(ngettext("%(number)s story", "%(number)s stories", count.number), count)
    return _format_count(gettext("more than %(number)s stories"), count)


@register.filter
def questions_in_words(count: Count) -> str:
    """Return a phrase such as “12 questions”, or “more than 1,000 questions” if the count stopped at its limit."""
    if count.is_all:
        return _format_count(ngettext("%(number)s question", "%(number)s questions", count.number), count)
    return _format_count(gettext("more than %(number)s questions"), count)


@register.filter
def open_questions_in_words(count: Count) -> str:
    """Return a phrase such as “12 open questions”, or “more than 1,000 open questions” if the count stopped at its limit."""
    if count.is_all:
        return _format_count(ngettext("%(number)s open question", "%(number)s open questions", count.number), count)
    return _format_count(gettext("more than %(number)s open questions"), count)


def _format_count(words: str, count: Count) -> str:
    return words % {"number": number_format(count.number, force_grouping=True)}
