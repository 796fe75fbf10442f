"""Parts of what is told in pieces, cut by key: each row stands in the same part for ever."""

from django.db.models import BigIntegerField, Func

# A fifth of what a sitemap may hold (sitemaps.org/protocol.html, “Sitemap index files”).
SIZE = 10_000


class PartOf(Func):
    """The part, from 0, in which the row of a key stands; without parameters, so that an index of it is recognised."""

    template = f"(%(expressions)s / {SIZE})"
    arity = 1
    output_field = BigIntegerField()
