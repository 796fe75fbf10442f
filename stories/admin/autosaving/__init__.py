"""What was typed and not saved: sent by the form, shown to whoever opens the work, compared, taken in, discarded."""

from stories.admin.autosaving.keeping import KeepingScreens
from stories.admin.autosaving.listing import Unsaved, unsaved_texts_of
from stories.admin.autosaving.taking import TakingScreens

__all__ = ["AutosavingScreens", "Unsaved", "unsaved_texts_of"]


class AutosavingScreens(KeepingScreens, TakingScreens):
    """Adds to a form what keeps text before it is saved, and what brings it back."""
