"""Import texts as drafts, matched against the names, questions and works of this site.

An import has two steps, so that people see what would be written. `read` writes nothing and returns a
`PreparedImport` with its document, notes and report. `save_import` writes it in one transaction; `save_imports`
writes several at once.
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
