"""Decode bytes to safe text: UTF-8, without control characters or characters that override the text direction."""

import re

from stories.documents.parse.notes import Note, UnreadableDocumentError

MAX_FILE_SIZE = 2_000_000
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Embeddings, overrides and isolates can cause text to be displayed in an order other than the stored one. Marks and
# joiners (U+200C to U+200F) are allowed.
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
_OTHER_ENCODINGS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def decode(data: bytes) -> tuple[str, list[Note]]:
    """Return the text of a file with line feeds as line endings, and notes on what was removed.

    Raise UnreadableDocumentError for more than ``MAX_FILE_SIZE`` bytes, for control characters and for encodings other
    than UTF-8. A byte-order mark is allowed.
    """
    if len(data) > MAX_FILE_SIZE:
        raise UnreadableDocumentError(
            1, f"The file is larger than {MAX_FILE_SIZE // 1_000_000} MB. Split it into several files."
        )
    if encoding := _OTHER_ENCODINGS.get(data[:2]):
        raise UnreadableDocumentError(1, f"The file is written in {encoding}. Save it as UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableDocumentError(line, "This line is not UTF-8. Save the file as UTF-8.") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    refuse_control_characters(text)
    return remove_direction_overrides(text)


def refuse_control_characters(text: str, *, line: int | None = None) -> None:
    """Raise UnreadableDocumentError for a surrogate, or for a control character other than tab and line feed.

    Unless ``line`` is given, the error names the line of the character.
    """
    if match := _CONTROL.search(text):
        code = ord(match[0])
        character = "a NUL character" if code == 0 else f"a control character (U+{code:04X})"
        raise UnreadableDocumentError(
            line or text.count("\n", 0, match.start()) + 1, f"This line contains {character}. Remove it."
        )


def remove_direction_overrides(text: str, *, line: int | None = None) -> tuple[str, list[Note]]:
    """Return the text without characters that override the text direction, and a note if there were any.

    Unless ``line`` is given, the note names the line of the first such character.
    """
    match = _OVERRIDES.search(text)
    if match is None:
        return text, []
    line_number = line or text.count("\n", 0, match.start()) + 1
    note = Note(
        line_number, "direction-removed", "Invisible characters that change the reading direction were removed."
    )
    return _OVERRIDES.sub("", text), [note]
