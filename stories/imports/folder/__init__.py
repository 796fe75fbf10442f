"""Import of a folder that ``export_explainer --all`` wrote: pictures, topics, outlets, and links to translations.

The command ``import_explainer`` imports the files of the works like any other files.
"""

from stories.imports.folder.names import NamesImported, import_names
from stories.imports.folder.read import ExportedFolder
from stories.imports.folder.translations import link_translations

__all__ = ["ExportedFolder", "NamesImported", "import_names", "link_translations"]
