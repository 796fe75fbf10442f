"""What an import tells the person who brought the text: notes on what came in, and the refusal of what did not."""

from dataclasses import dataclass

from stories.documents import AnyDocument


@dataclass(frozen=True, slots=True)
class Note:
    """One remark on what came in: the line it is about (counted from 1), a code for programs, words for people."""

    line: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Imported:
    """A document as it was read, with the remarks on it in the order of their lines.

    ``has_identity`` says whether the input itself said whose document it is: the uid is not one made here.
    """

    document: AnyDocument
    notes: tuple[Note, ...] = ()
    has_identity: bool = False


class UnreadableDocumentError(Exception):
    """The input cannot be taken: the line where that shows (counted from 1) and the reason, for an editor."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message
