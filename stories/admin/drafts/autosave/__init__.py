"""Autosave: store what is typed before it is saved; list, compare, restore and discard it."""

from stories.admin.drafts.autosave.restore import RestoreAutosaveMixin
from stories.admin.drafts.autosave.save import StoreAutosaveMixin
from stories.admin.drafts.autosave.unsaved import UnsavedText, unsaved_texts_of

__all__ = ["AutosaveMixin", "UnsavedText", "unsaved_texts_of"]


class AutosaveMixin(StoreAutosaveMixin, RestoreAutosaveMixin):
    """Mixin that autosaves a form and restores what was autosaved."""
