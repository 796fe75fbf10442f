"""Autosave: store what is typed before it is saved; list, compare, restore and discard it."""

from stories.admin.drafts.autosave.restore import TakingScreens
from stories.admin.drafts.autosave.save import KeepingScreens
from stories.admin.drafts.autosave.unsaved import Unsaved, unsaved_texts_of

__all__ = ["AutosavingScreens", "Unsaved", "unsaved_texts_of"]


class AutosavingScreens(KeepingScreens, TakingScreens):
    """Mixin that autosaves a form and restores what was autosaved."""
