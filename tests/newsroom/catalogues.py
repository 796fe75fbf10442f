"""Which words the public site asks to translate, and what the catalogues say: read without any tool of gettext."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
LANGUAGES = ("de", "es", "ar")
_PLURAL = {"ngettext", "ngettext_lazy", "npgettext", "npgettext_lazy"}
_CONTEXT = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}
_ASKING = {"_", "gettext", "gettext_lazy", "gettext_noop", *_PLURAL, *_CONTEXT}
_CALL = re.compile(rf"\b(?:{'|'.join(sorted(_ASKING, key=len, reverse=True))})\((?:u?'(?:[^'\\]|\\.)*'|[^'()])*\)")
_FIELD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d)\])? (".*")', re.ASCII)


@dataclass(frozen=True)
class Words:
    """Words that are asked for: in one number or in two, with the context that tells them from others."""

    one: str
    many: str = ""
    context: str = ""


@cache
def asked() -> frozenset[Words]:
    """Return all words of public templates and of our own modules; the desk's templates stay English."""
    found: set[Words] = set()
    for path in (ROOT / "templates").rglob("*.*"):
        if "admin" not in path.relative_to(ROOT / "templates").parts:
            for call in _CALL.findall(templatize(path.read_text(encoding="utf-8"))):
                found |= set(_in_code(ast.parse(call)))
    for room in ("newsroom", "stories", "topics"):
        for path in (ROOT / room).rglob("*.py"):
            found |= set(_in_code(ast.parse(path.read_text(encoding="utf-8"))))
    return frozenset(found)


def _in_code(tree: ast.AST) -> Iterator[Words]:
    for call in ast.walk(tree):
        name = getattr(call, "func", None)
        if isinstance(call, ast.Call) and isinstance(name, ast.Name) and name.id in _ASKING:
            said = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            context = said.pop(0) if name.id in _CONTEXT else ""
            if said:  # what is asked for by a name is asked for elsewhere in words
                yield Words(said[0], said[1] if name.id in _PLURAL else "", context)


def source_of(language: str) -> dict[Words, list[str]]:
    """Return what the ``.po`` of a language says, each form of it."""
    found: dict[Words, list[str]] = {}
    text = _file(language, "po").read_text(encoding="utf-8")
    for block in text.split("\n\n")[1:]:
        fields: dict[str, list[str]] = {}
        for name, _, quoted in _FIELD.findall(block):
            fields.setdefault(name, []).append(ast.literal_eval(quoted))
        words = Words(fields["msgid"][0], fields.get("msgid_plural", [""])[0], fields.get("msgctxt", [""])[0])
        assert words not in found, words
        found[words] = fields["msgstr"]
    return found


def compiled_of(language: str) -> GNUTranslations:
    """Return the ``.mo`` of a language."""
    with _file(language, "mo").open("rb") as file:
        return GNUTranslations(file)


def _file(language: str, ending: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / f"django.{ending}"
