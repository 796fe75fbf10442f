"""Erase a whole work, one edition, or a passage wherever it occurs, for court orders."""

from stories.publishing.erase.authorize import RIGHT
from stories.publishing.erase.editions import erase_edition
from stories.publishing.erase.passages import erase_passage, passages_of
from stories.publishing.erase.works import erase_work

__all__ = ["RIGHT", "erase_edition", "erase_passage", "erase_work", "passages_of"]
