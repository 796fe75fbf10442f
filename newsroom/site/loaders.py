"""The loader for the templates of readers' pages, which are sent without the indentation of their lines."""

import re

from django.template.base import Origin
from django.template.loaders import filesystem

_INDENTATION = re.compile(r"\n[ \t]+")
_DESK = "admin/"


class Loader(filesystem.Loader):
    """Loader that removes the indentation from HTML, except from the templates of the desk.

    Browsers ignore it, and a page without it is five per cent smaller. Texts in templates are on one line.
    """

    def get_contents(self, origin: Origin) -> str:
        """Return the source of the template."""
        source: str = super().get_contents(origin)
        name = str(origin.template_name)
        return _INDENTATION.sub("\n", source) if name.endswith(".html") and not name.startswith(_DESK) else source
