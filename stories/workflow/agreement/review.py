"""The points that the rules find in the passages of a story, for an editor who adds or dismisses them."""

import hashlib
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from newsroom.accounts.models import User
from newsroom.text.fold import fold, fold_wording
from stories.documents import Cell, Claim, Explainer, NamedOutlet
from stories.documents.agreement import say_the_same
from stories.documents.cell_values import Amounts, show_moment, write_amounts
from stories.documents.schema.claims import KINDS, STANCES
from stories.documents.schema.values import outlet_key
from stories.models import DismissedProposal, Story
from stories.workflow.agreement.proposals import OutletText, Proposal, ProposedCell, propose_points
from stories.workflow.agreement.texts import PassageText, list_outlet_texts, list_passage_texts
from stories.workflow.agreement.words import load_words

MAX_TEXT_LENGTH = 20_000  # characters of all passages; each value is compared with each other one


@dataclass(frozen=True, slots=True)
class FoundCell:
    """What an outlet says: the value, and its sentence in three parts, of which the second prints the value."""

    outlet: NamedOutlet
    stance: str
    value: str
    before: str
    marked: str
    after: str
    amounts: Amounts
    when: str
    source: int | None

    @property
    def says(self) -> str:
        """What the outlet says, in a few words."""
        value = f"{self.value} ({show_moment(self.when)})" if self.when else self.value
        return value if self.stance == "says" else f"{STANCES[self.stance]} {value}"

    def says_as(self, cell: Cell) -> bool:
        """Return whether a cell of a claim has the same outlet and value."""
        mine = Cell.model_construct(value=self.value, when=self.when, **self.amounts._asdict())
        return outlet_key(cell.outlet) == outlet_key(self.outlet) and say_the_same(mine, cell)


@dataclass(frozen=True, slots=True)
class FoundPoint:
    """A point that an editor may add: its kind, and the cells of two outlets or more."""

    kind: str
    cells: tuple[FoundCell, ...]

    @property
    def kind_label(self) -> str:
        """The kind as editors read it."""
        return str(KINDS[self.kind])

    @property
    def digest(self) -> str:
        """The hexadecimal SHA-256 of who says what, by which a dismissed point is recognised."""
        said = sorted(
            (fold(cell.outlet.name), cell.stance, cell.when or fold_wording(cell.value)) for cell in self.cells
        )
        return hashlib.sha256(json.dumps([self.kind, said], ensure_ascii=False).encode()).hexdigest()

    def is_compared_in(self, claim: Claim) -> bool:
        """Return whether a claim has the values of at least two of the outlets."""
        return sum(any(cell.says_as(other) for other in claim.cells) for cell in self.cells) > 1


def can_find_points(language: str) -> bool:
    """Return whether there are word lists for a language."""
    return load_words(language) is not None


def find_points(document: Explainer, *, dismissed: Collection[str], today: date) -> list[FoundPoint]:
    """Return the points in the passages that the document does not compare and nobody has dismissed.

    ``dismissed`` has digests. Days such as “on Tuesday” are counted from the newest source, or from ``today``.
    """
    passages = _shorten(list_passage_texts(document))
    published = max((cited.published_on for cited in document.citations if cited.published_on), default=today)
    sources = {outlet_key(texts.outlet): texts.source for texts in list_outlet_texts(document, {})}
    # The rules know one outlet for each text. A passage of several outlets is compared as one.
    texts = [OutletText(str(number), document.language, each.text) for number, each in enumerate(passages)]
    points: dict[str, FoundPoint] = {}
    for proposal in propose_points(texts, title=document.headline, published=published):
        point = _read(proposal, passages, sources)
        if (
            point
            and point.digest not in dismissed
            and not any(point.is_compared_in(claim) for claim in document.claims)
        ):
            points.setdefault(point.digest, point)
    return list(points.values())


def list_dismissed(story: Story) -> set[str]:
    """Return the digests of the points that editors have dismissed."""
    return set(story.dismissed_proposals.values_list("digest", flat=True))


def dismiss_point(story: Story, digest: str, *, by: User) -> None:
    """Store that a found point is not proposed again for a story."""
    DismissedProposal.objects.get_or_create(story=story, digest=digest, defaults={"by": by})


def _shorten(passages: list[PassageText]) -> list[PassageText]:
    """Return the first passages, with ``MAX_TEXT_LENGTH`` characters at most."""
    length, first = 0, []
    for passage in passages:
        length += len(passage.text)
        if length > MAX_TEXT_LENGTH:
            break
        first.append(passage)
    return first


def _read(proposal: Proposal, passages: list[PassageText], sources: dict[object, int | None]) -> FoundPoint | None:
    """Return a proposal with the outlets of its passages, or None if it compares an outlet with itself."""
    cells: dict[object, FoundCell] = {}
    for proposed in proposal.cells:
        passage = passages[int(proposed.outlet)]
        for outlet in passage.outlets:
            cell = _read_cell(proposed, passage.text, outlet, sources)
            if cells.setdefault(outlet_key(outlet), cell) is not cell:
                return None
    return FoundPoint(proposal.kind, tuple(cells.values()))


def _read_cell(cell: ProposedCell, text: str, outlet: NamedOutlet, sources: dict[object, int | None]) -> FoundCell:
    sentence = text[cell.start : cell.end]
    # What an outlet denies may be printed by another one only.
    printed = re.search(rf"(?<!\w){re.escape(cell.value)}(?!\w)", sentence)
    first, last = printed.span() if printed else (len(sentence), len(sentence))
    return FoundCell(
        outlet,
        cell.stance,
        cell.value,
        sentence[:first],
        sentence[first:last],
        sentence[last:],
        write_amounts(cell.low, cell.high, approximate=cell.approximate),
        cell.when,
        sources[outlet_key(outlet)],
    )
