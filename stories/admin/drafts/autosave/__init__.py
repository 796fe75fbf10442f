"""What was typed and not saved: sent by the form, shown to whoever opens the work, compared, taken in, discarded."""

from stories.admin.drafts.autosave.restore import TakingScreens
from stories.admin.drafts.autosave.save import KeepingScreens
from stories.admin.drafts.autosave.unsaved import Unsaved, unsaved_texts_of

__all__ = ["AutosavingScreens", "Unsaved", "unsaved_texts_of"]


class AutosavingScreens(KeepingScreens, TakingScreens):
    """Adds to a form what keeps text before it is saved, and what brings it back."""
