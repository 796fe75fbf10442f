"""Writes data so that it can stand inside a page: no text in it ends the element it stands in."""

import json
import re

from django.utils.safestring import SafeString, mark_safe

# What HTML would read, and the two line ends that JSON allows and older scripts do not.
_READ = re.compile("[<>&\u2028\u2029]")


def json_in_html(data: object) -> SafeString:
    """Return ``data`` as JSON for the inside of a ``<script>`` that holds data (HTML Standard, 4.12.1.3)."""
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # Not translate, which looks each character of a long page up.
    return mark_safe(_READ.sub(_escaped, written))  # noqa: S308 -- what HTML would read is escaped


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04X}"
