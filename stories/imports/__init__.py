"""Import texts as drafts, matched against the names, questions and works of this site.

An import has two steps, so that people can see what would be written. ``prepare_import`` writes nothing and returns a
``PreparedImport`` with its document, notes and report. ``save_import`` writes it in one transaction. ``save_imports``
writes several imports at once.
"""

from stories.imports.folder import ExportedFolder, import_names, link_translations
from stories.imports.known_names import load_known_names
from stories.imports.merge import ConflictError
from stories.imports.prepare import PreparedImport, prepare_import
from stories.imports.publish import PublicationOptions
from stories.imports.save import save_import
from stories.imports.save_many import MAX_BATCH_SIZE, can_be_batched, save_imports

__all__ = [
    "MAX_BATCH_SIZE",
    "ConflictError",
    "ExportedFolder",
    "PreparedImport",
    "PublicationOptions",
    "can_be_batched",
    "import_names",
    "link_translations",
    "load_known_names",
    "prepare_import",
    "save_import",
    "save_imports",
]
