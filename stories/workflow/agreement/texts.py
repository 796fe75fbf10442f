"""The texts that may be searched for points: the passages of outlets, and words of an article that an editor pastes."""

from collections.abc import Mapping
from dataclasses import dataclass

from newsroom.text.fold import fold
from newsroom.text.plain import plain_text
from stories.documents import CitedArticle, Explainer, NamedOutlet
from stories.documents.schema.values import outlet_key


@dataclass(frozen=True, slots=True)
class OutletTexts:
    """The texts of one outlet. ``source`` is the number of its article.

    ``is_pasted`` says whether the first text was pasted.
    """

    outlet: NamedOutlet
    texts: tuple[str, ...]
    source: int | None
    is_pasted: bool


def list_outlet_texts(document: Explainer, pasted: Mapping[str, str]) -> list[OutletTexts]:
    """Return the texts of each outlet that the passages and points of a story name, in the order of first mention.

    ``pasted`` maps names of outlets to words that an editor pasted. They come first, and are stored nowhere.
    """
    named = [outlet for passage in document.passages for outlet in passage.outlets]
    named += [cell.outlet for claim in document.claims for cell in claim.cells]
    outlets: dict[object, NamedOutlet] = {}
    for outlet in named:
        if outlet.name:
            outlets.setdefault(outlet_key(outlet), outlet)
    pasted_by_name = {fold(name): words for name, words in pasted.items() if words.strip()}
    return [_gather(document, outlet, pasted_by_name.get(fold(outlet.name))) for outlet in outlets.values()]


@dataclass(frozen=True, slots=True)
class PassageText:
    """What the passages of the same outlets tell of their reports."""

    outlets: tuple[NamedOutlet, ...]
    text: str


def list_passage_texts(document: Explainer) -> list[PassageText]:
    """Return the texts of the passages that name outlets, in the order of first mention."""
    texts: dict[frozenset[object], PassageText] = {}
    for passage in document.passages:
        if outlets := tuple(outlet for outlet in passage.outlets if outlet.name):
            key, text = frozenset(map(outlet_key, outlets)), plain_text(passage.text)
            before = texts.get(key)
            texts[key] = PassageText(before.outlets, f"{before.text}\n{text}") if before else PassageText(outlets, text)
    return list(texts.values())


def _gather(document: Explainer, outlet: NamedOutlet, pasted: str | None) -> OutletTexts:
    key = outlet_key(outlet)
    passages = [passage for passage in document.passages if key in map(outlet_key, passage.outlets)]
    drawn_on = {number for passage in passages for number in passage.sources}
    own = [cited for cited in document.citations if outlet_key(cited.outlet) == key]
    cited: CitedArticle | None = min(own, key=lambda each: each.number not in drawn_on, default=None)
    texts = [plain_text(passage.text) for passage in passages]
    return OutletTexts(
        outlet, (pasted, *texts) if pasted else tuple(texts), cited.number if cited else None, bool(pasted)
    )
