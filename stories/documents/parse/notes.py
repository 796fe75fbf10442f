"""Notes from an import for the editor, and the exception for input that cannot be read."""

from dataclasses import dataclass

from stories.documents import AnyDocument


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on the input: the line number (counted from 1), a code for programs, and a message for people."""

    line: int
    code: str
    message: str


CLAIM_UNREAD = "claim-unread"
FORECAST_UNREAD = "forecast-unread"


def describe_unread(words: str, line: int) -> Note:
    """Return the note for a line of a point that does not say what an outlet says."""
    return Note(line, CLAIM_UNREAD, f"“{words[:80]}” does not have the form “Outlet: value”. It became text.")


def describe_repeated(words: str, line: int) -> Note:
    """Return the note for a further line of an outlet on the same point."""
    return Note(line, CLAIM_UNREAD, f"“{words[:80]}” is a second line of the same outlet. It became text.")


def describe_unread_forecast(words: str, line: int) -> Note:
    """Return the note for an item that is not a forecast."""
    return Note(
        line,
        FORECAST_UNREAD,
        f"“{words[:80]}” does not have the form “Day — Who: what is expected”. Its words were kept.",
    )


def describe_missing_source(number: int, line: int, *, code: str = CLAIM_UNREAD) -> Note:
    """Return the note for a line that cites a source which the document does not have."""
    return Note(line, code, f"There is no source {number}. The line was read without it.")


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A parsed document with its notes.

    ``has_own_uid`` is true if the uid was in the input; otherwise, the uid is new. ``with_first_line`` is the same
    document with the first line of a text as its headline, or None if that line does not read like a headline.
    """

    document: AnyDocument
    notes: tuple[Note, ...] = ()
    has_own_uid: bool = False
    with_first_line: "ParsedDocument | None" = None


class UnreadableDocumentError(Exception):
    """Raised for input that cannot be imported; ``line`` is counted from 1, and the message is for editors."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message
