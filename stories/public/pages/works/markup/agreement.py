"""The section *Where the papers agree and differ* as HTML: each claim with its difference, and what each outlet says."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from newsroom.site.templatetags.public_pages import day
from newsroom.text.html import NO_HTML, fill_in, join_parts, trust_rendered
from stories.documents.render import CellFragment
from stories.public.pages.works.agreement import Agreement, ComparedCell, ComparedClaim

MAX_OPEN = 8  # so many points are visible, the others in a disclosure
# With so many outlets, the style sheet lays the list out as a grid: on a tablet, and on a desktop.
MAX_NARROW_COLUMNS = 4
MAX_COLUMNS = 7
_GRID = """<div class="claims {layout}">
{header}
{claims}
</div>"""
_HEADER = '<p class="outlets" aria-hidden="true">{names}</p>'
_HEADER_NAME = "<span>{name}</span>"
_MORE = """<details class="more-claims"><summary class="fold"><span>{words}</span></summary>
{claims}
</details>"""
_CLAIM = """<section class="claim" id="{anchor}" aria-labelledby="{anchor}-heading">
<h3 id="{anchor}-heading">{claim}</h3>
{rows}
</section>"""
_LISTED = "<h3>{claim}</h3>\n{rows}"
_ROWS = """<p class="difference"><span aria-hidden="true">{sign}</span> {difference}{as_of}</p>
<ul>
{cells}
</ul>{note}"""
_NOTE = '\n<div class="note">{note}</div>'
_CELL = '<li class="{classes}">{words}</li>'
_NAME = '<span class="name"><bdi>{outlet}</bdi></span>'
_VALUE = "<b><bdi>{value}</bdi></b>"
_TEXT = "<bdi>{text}</bdi>"
_LABEL = "<b>{label}</b>"
_COLON = fill_in('<span class="colon">: </span>')


def render_as_grid(agreement: Agreement, at: datetime) -> SafeString:
    """Return the section as a list for each claim, which the style sheet can lay out as a grid."""
    number = len(agreement.outlets)
    layout = "for-tablets" if number <= MAX_NARROW_COLUMNS else "for-desktops" if number <= MAX_COLUMNS else ""
    claims = [
        fill_in(_CLAIM, anchor=claim.anchor, claim=claim.fragment.claim, rows=render_rows(claim, at))
        for claim in agreement.claims
    ]
    more = len(claims) - MAX_OPEN
    if more > 0:
        words = ngettext("{number} more point", "{number} more points", more).format(number=more)
        claims[MAX_OPEN:] = [fill_in(_MORE, words=words, claims=join_parts(claims[MAX_OPEN:]))]
    names = join_parts((fill_in(_HEADER_NAME, name=outlet.name) for outlet in agreement.outlets), between="")
    return fill_in(
        _GRID,
        layout=layout,
        header=fill_in(_HEADER, names=names) if layout else NO_HTML,
        claims=join_parts(claims),
    )


def render_as_list(agreement: Agreement, at: datetime) -> SafeString:
    """Return the section as lists under the names of the claims, for copies that have no style sheet."""
    claims = (fill_in(_LISTED, claim=claim.fragment.claim, rows=render_rows(claim, at)) for claim in agreement.claims)
    return join_parts([fill_in("<p>{words}</p>", words=agreement.in_numbers), *claims])


def render_rows(claim: ComparedClaim, at: datetime) -> SafeString:
    """Return the difference of the claim, what each outlet says, and the note."""
    as_of = NO_HTML
    if claim.fragment.as_of:
        as_of = fill_in(" · {as_of}", as_of=fill_in(gettext("as of {day}"), day=day(claim.fragment.as_of, at)))
    return fill_in(
        _ROWS,
        sign=claim.sign,
        difference=claim.difference,
        as_of=as_of,
        cells=join_parts(_render_cell(claim, cell, at) for cell in claim.cells),
        note=fill_in(_NOTE, note=trust_rendered(claim.note_html)) if claim.note_html else NO_HTML,
    )


def _render_cell(claim: ComparedClaim, cell: ComparedCell, at: datetime) -> SafeString:
    classes = [f"in-{cell.column}", cell.stance, "again" if cell.repeats else "first"]
    if cell.has_own_wording:
        classes.append("own")
    return fill_in(_CELL, classes=" ".join(classes), words=_render_words(claim, cell, at))


def _render_words(claim: ComparedClaim, cell: ComparedCell, at: datetime) -> SafeString:
    name = fill_in(_NAME, outlet=cell.outlet.name)
    citation = trust_rendered(cell.citation_html)
    said = cell.said
    if said is None:
        return join_parts((fill_in(_LABEL, label=gettext("Not compared")), _COLON, name), between="")
    match cell.stance:
        case "silent":
            label = fill_in(_LABEL, label=gettext("Not mentioned"))
            parts = [join_parts((label, _COLON, name, citation), between="")]
            if said.as_of:
                parts.append(fill_in(gettext("(read on {day})"), day=day(said.as_of, at)))
        case "unclear":
            parts = [join_parts((fill_in(gettext("Not clear, says {outlet}"), outlet=name), citation), between="")]
        case "denies":
            template = gettext("Denied by {outlet}: {value}") if said.value else gettext("Denied by {outlet}")
            words = fill_in(template, outlet=name, value=fill_in(_TEXT, text=said.value))
            parts = [join_parts((words, citation), between=""), *_list_details(claim, said, at)]
        case _:
            value = fill_in(_VALUE, value=said.value)
            parts = [join_parts((value, _COLON), between="") if cell.has_own_wording else value] if said.value else []
            parts += [join_parts((name, citation), between=""), *_list_details(claim, said, at)]
    return join_parts(parts, between=" ")


def _list_details(claim: ComparedClaim, said: CellFragment, at: datetime) -> Iterator[SafeString]:
    """Yield from whom the outlet has its value, the quoted words, and the day if it is another than that of the claim."""
    if said.attributed_to:
        yield fill_in(gettext("from {speaker}"), speaker=fill_in(_TEXT, text=said.attributed_to))
    if said.quotation:
        yield fill_in(gettext("“{words}”"), words=fill_in(_TEXT, text=said.quotation))
    if said.as_of and said.as_of != claim.fragment.as_of:
        yield fill_in(gettext("(as of {day})"), day=day(said.as_of, at))
