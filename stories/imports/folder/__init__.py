"""Import of a folder that ``export_explainer --all`` wrote: its pictures, topics and outlets, and links between works.

The Markdown files are imported one by one, like any other, by the command ``import_explainer``.
"""

from stories.imports.folder.names import NamesImported, import_names
from stories.imports.folder.read import ExportedFolder
from stories.imports.folder.translations import link_translations

__all__ = ["ExportedFolder", "NamesImported", "import_names", "link_translations"]
