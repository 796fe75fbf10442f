"""Autosave: store what is typed before it is saved; list, compare, restore and discard it."""

from stories.admin.drafts.autosave.restore import RestoreAutosaveMixin
from stories.admin.drafts.autosave.save import StoreAutosaveMixin

__all__ = ["AutosaveMixin"]


class AutosaveMixin(StoreAutosaveMixin, RestoreAutosaveMixin):
    """Mixin that autosaves a form and restores what was autosaved."""
