"""Results of a search as values."""

from collections.abc import Iterable
from datetime import datetime

from newsroom.search.highlight import Piece
from stories.api import documents, values
from stories.api.addresses import twin, whole
from stories.reading.search.found import Found


def result(found: Found) -> documents.Result:
    """Return something that was found."""
    return documents.Result(
        uid=found.uid,
        url=whole(found.url),
        api_url=twin(found.url),
        kind="outlet" if found.kind == "source" else found.kind,  # type: ignore[arg-type]  # one of four
        title=_whole(found.title),
        title_pieces=_pieces(found.title),
        excerpt=_whole(found.excerpt),
        excerpt_pieces=_pieces(found.excerpt),
        day=found.day.date() if isinstance(found.day, datetime) else found.day,
        language=found.language,
    )


def _whole(pieces: Iterable[Piece]) -> str:
    return "".join(piece.words for piece in pieces)


def _pieces(pieces: Iterable[Piece]) -> list[values.Piece]:
    return [values.Piece(words=piece.words, hit=piece.hit) for piece in pieces]
