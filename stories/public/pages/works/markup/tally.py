"""The tally at a claim in the prose as HTML: one line for each outlet, and a card with what each of them says."""

import re
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cache
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from newsroom.text.html import NO_HTML, fill_in, join_parts, trust_rendered
from stories.documents.agreement import DISAGREEMENTS
from stories.documents.render import ExplainerFragments
from stories.public.pages.works.agreement import ANCHOR, Agreement, list_compared_outlets
from stories.public.pages.works.markup.agreement import render_rows
from stories.public.pages.works.outlets import Outlets, list_printed_outlets
from stories.public.pages.works.tally import Stands

# Words with a citation or a link stay plain, because a button must contain neither.
_MARK = re.compile(
    r'<span data-to="claim:(?P<uid>[0-9a-f-]{36})"(?: data-group="(?P<group>[0-9]+)")?>'
    r"(?P<words>(?:(?!</?(?:span|sup|a)\b).)*)</span>",
    re.DOTALL,
)
_TALLY = re.compile(r'<button class="claimed"[^>]*>(.*?)<span class="visually-hidden">.*?</button>', re.DOTALL)
_BUTTON = (
    '<button class="claimed" type="button" popovertarget="claim-{number}-card">{words}'
    '<span class="visually-hidden"> ({claim}: {stands}.)</span>{lines}</button>'
)
_LINES = (
    '<svg class="tally" viewBox="0 0 {width} 11" width="{width}" height="11" aria-hidden="true">'
    '<path d="{full}"/><path class="hollow" d="{hollow}"/></svg>'
)
# The name of the point has the focus, since a page may have only one element with "autofocus" in each popover.
_CARD = """<div class="reference-card" id="{anchor}-card" popover role="dialog" aria-labelledby="{anchor}-name">
<p class="heading" id="{anchor}-name" tabindex="-1" autofocus>{claim}</p>
<div class="claim">
{rows}
</div>
<p class="actions"><a class="action" href="#{all_anchor}">{all_words}</a><button class="action" type="button" popovertarget="{anchor}-card" popovertargetaction="hide">{close}</button></p>
</div>"""
_ID = re.compile(r' id="[^"]*"')


@cache
def draw_lines(stands: Stands) -> SafeString:
    """Return a drawing: upright lines for those who say this, then leaning, hollow and short ones for the others."""
    same, other, silent = stands.same, stands.other, stands.silent + stands.unclear
    full = [f"M{1 + 5 * place} 0v11" for place in range(same)]
    left = 1 + 5 * same
    full += [f"M{left + 6 * place} 11l4-11" for place in range(other)]
    left += 6 * other + 2 * bool(other)
    hollow = [f"M{left - 0.5 + 6 * place} .5h3v10h-3z" for place in range(silent)]
    left += 6 * silent
    full += [f"M{left + 5 * place} 7v4" for place in range(stands.absent)]
    width = left + 5 * stands.absent - 2
    return fill_in(_LINES, width=str(width), full="".join(full), hollow="".join(hollow))


def add_tallies(fragments: ExplainerFragments, outlets: Outlets) -> ExplainerFragments:
    """Return ``fragments`` with a tally at the first mark of each claim in a section, if the outlets disagree on it.

    The passages are one section. Other marks become plain words when the placeholders are replaced.
    """
    claims = {
        claim.uid: (number, claim)
        for number, claim in enumerate(fragments.claims, start=1)
        if claim.difference in DISAGREEMENTS
    }
    if not claims:
        return fragments
    total = len(list_printed_outlets(list_compared_outlets(fragments), outlets))

    def mark(html: str, marked: set[UUID]) -> str:
        def add_tally(found: re.Match[str]) -> str:
            uid = UUID(found["uid"])
            if uid not in claims or uid in marked:
                return found[0]
            marked.add(uid)
            number, claim = claims[uid]
            stands = Stands.count(claim, group=int(found["group"] or 1), outlets=total)
            return fill_in(
                _BUTTON,
                number=str(number),
                words=trust_rendered(found["words"]),
                claim=claim.claim,
                stands=stands.words,
                lines=draw_lines(stands),
            )

        return _MARK.sub(add_tally, html) if "claim:" in html else html

    in_passages: set[UUID] = set()
    return fragments.model_copy(
        update={
            "sections": tuple(
                each.model_copy(update={"body_html": mark(each.body_html, set())}) for each in fragments.sections
            ),
            "passages": tuple(
                each.model_copy(update={"body_html": mark(each.body_html, in_passages)}) for each in fragments.passages
            ),
        }
    )


def remove_tallies(html: str) -> str:
    """Return ``html`` with the words of each tally only, for output that lists claims by themselves."""
    return _TALLY.sub(r"\1", html)


def render_cards(agreement: Agreement | None, at: datetime, texts: Collection[str]) -> SafeString:
    """Return a card for each claim with a tally in ``texts``: what each outlet says, as in the section."""
    return join_parts(_iter_cards(agreement, at, texts)) if agreement else NO_HTML


def _iter_cards(agreement: Agreement, at: datetime, texts: Collection[str]) -> Iterator[SafeString]:
    for claim in agreement.claims:
        if any(f'popovertarget="{claim.anchor}-card"' in text for text in texts):
            yield fill_in(
                _CARD,
                anchor=claim.anchor,
                claim=claim.fragment.claim,
                # The ids are those of the section.
                rows=trust_rendered(_ID.sub("", render_rows(claim, at))),
                all_anchor=ANCHOR,
                all_words=gettext("All points compared"),
                close=gettext("Close"),
            )
