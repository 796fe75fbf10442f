"""Export the works of a site to a folder of files in open formats: Markdown, JSON, and the pictures as they are stored.

``export_all`` writes the folder, and ``stories.imports.folder`` reads it. The format is described in
docs/importing.md, and its JSON by ``stories.exports.records``.
"""

from stories.exports.folder import NewFolder, NotEmptyError, new_folder
from stories.exports.write import ExportSummary, export_all

__all__ = ["ExportSummary", "NewFolder", "NotEmptyError", "export_all", "new_folder"]
