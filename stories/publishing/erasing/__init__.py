"""Erasing for ever, for court orders: a whole work, one edition, or a passage wherever it stands."""

from stories.publishing.erasing.editions import erase_edition
from stories.publishing.erasing.opening import RIGHT
from stories.publishing.erasing.passages import erase_passage, passages_of
from stories.publishing.erasing.works import erase_work

__all__ = ["RIGHT", "erase_edition", "erase_passage", "erase_work", "passages_of"]
