"""What readers see at the address of a withdrawn page."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from newsroom.page_cache.dependencies import PageDependencies
from newsroom.page_cache.responses import MovedError, WithdrawnError
from newsroom.text.diff.words import Run
from stories.editions.models import Edition
from stories.public.pages.history.sentences import compare_sentences
from stories.public.pages.lists.cards import Card, expire_at_midnight


@dataclass(frozen=True, slots=True)
class PastCorrection:
    """A correction to a page that was withdrawn later."""

    edition: Edition
    is_correction = True

    @property
    def correction_runs(self) -> list[Run]:
        """The wrong and the right sentence, compared by ``compare_sentences``."""
        return compare_sentences(self.edition.was_wrong, self.edition.is_right)


def refuse_withdrawn(
    notice: Edition, replacement: Edition | None, *, under: str, at: datetime, dependencies: PageDependencies | None
) -> MovedError | WithdrawnError:
    """Return the exception for a request to a page that ``notice`` replaces.

    ``replacement`` is the live page that the notice suggests, or None. ``under`` is the rest of the requested address
    after that of the page, as for ``get_page_under``. If the notice redirects readers, its page and the copies of it
    lead to those of the replacement. If it hides the headline, it lists no corrections, because they may quote it. This
    takes at most one query.
    """
    if replacement and notice.redirects and _has_copy(replacement, notice, under):
        return MovedError(f"{replacement.get_absolute_url().removesuffix('/')}{under}")
    corrections = Edition.objects.once_public(at).corrections().filter(uid=notice.uid).defer("fragments")
    if not notice.title:
        corrections = corrections.none()
    return WithdrawnError(
        notice.notice,
        title=notice.title,
        published_at=notice.first_published_at,
        when=notice.live_from,
        language=notice.language,
        direction=notice.direction,
        history=reverse(f"{notice.work_kind}_history", args=[notice.slug]),
        instead=_build_card(replacement, dependencies) if replacement else None,
        corrections=tuple(map(PastCorrection, corrections.order_by("-live_from", "-pk"))),
    )


def _has_copy(replacement: Edition, notice: Edition, under: str) -> bool:
    """Return whether the replacement has the same copy at an address that ends in ``under``, or ``under`` is a slash.

    The history and the feeds of changes are about one page alone.
    """
    is_embed = under == "/embed/" and replacement.work_kind == notice.work_kind
    return under == "/" or under.startswith(".") or is_embed


def _build_card(edition: Edition, dependencies: PageDependencies | None) -> Card:
    if dependencies:
        expire_at_midnight([edition], dependencies)
    return Card(edition, topic="")
