"""The notes of an import to the editor, and the error for input that cannot be read."""

from dataclasses import dataclass

from stories.documents import AnyDocument


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on the input: its line, counted from 1, a code for programs and a message for people."""

    line: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A parsed document with its notes in the order of their lines.

    ``has_identity`` says whether the uid came with the input; otherwise it is a new one.
    """

    document: AnyDocument
    notes: tuple[Note, ...] = ()
    has_own_uid: bool = False


class UnreadableDocumentError(Exception):
    """The input cannot be taken; ``line`` is counted from 1, and the message is for editors."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message
