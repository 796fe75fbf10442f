"""Takes texts in: reads them against the names, questions and works this site has, and writes drafts.

The way in has two steps, so that people see what will be made: `read` writes nothing and returns a `Reading` with its
document, notes and report; `take_in` writes it, in one transaction. `take_in_many` does so for several at once.
"""

from stories.imports.known_names import known_names
from stories.imports.merge import ConflictError
from stories.imports.prepare import PreparedImport, read
from stories.imports.publish import Publication
from stories.imports.save import save_import
from stories.imports.save_many import MOST, can_come_together, save_imports

__all__ = [
    "MOST",
    "ConflictError",
    "PreparedImport",
    "Publication",
    "can_come_together",
    "known_names",
    "read",
    "save_import",
    "save_imports",
]
