"""What an editor says to readers about a new edition, before it is made."""

from dataclasses import dataclass

from stories.models.edition import Change


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """The kind of change with its words: ``note`` for readers, for a correction also what was wrong and what is right."""

    change: Change
    note: str = ""
    was_wrong: str = ""
    is_right: str = ""
