"""THE verbs that decide what readers see. Admin, commands and imports call them, and nothing else does."""

from stories.publishing.refusals import NotHereError, NothingNewError, NotReadyError
from stories.publishing.verbs import changed_questions, publish, withdraw

__all__ = ["NotHereError", "NotReadyError", "NothingNewError", "changed_questions", "publish", "withdraw"]
