"""Erase a whole work, one edition, or one passage in all editions and revisions, as a court may order."""

from stories.publishing.erase.authorize import PERMISSION
from stories.publishing.erase.editions import erase_edition
from stories.publishing.erase.passages import erase_passage, list_parts
from stories.publishing.erase.works import erase_work

__all__ = ["PERMISSION", "erase_edition", "erase_passage", "erase_work", "list_parts"]
