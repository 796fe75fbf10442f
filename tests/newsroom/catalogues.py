"""Translatable texts of the public site and the content of the catalogues, read without the gettext tools."""

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
_GETTEXT_NAMES = {"_", "gettext", "gettext_lazy", "gettext_noop", *_PLURAL, *_CONTEXT}
_CALL = re.compile(
    rf"\b(?:{'|'.join(sorted(_GETTEXT_NAMES, key=len, reverse=True))})\((?:u?'(?:[^'\\]|\\.)*'|[^'()])*\)"
)
_FIELD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d)\])? (".*")', re.ASCII)


@dataclass(frozen=True)
class Message:
    """A translatable text: singular, optional plural, and the context that distinguishes it from others."""

    one: str
    many: str = ""
    context: str = ""


@cache
def list_messages() -> frozenset[Message]:
    """Return all translatable texts in public templates and in modules. Templates of the desk are not translated."""
    messages: set[Message] = set()
    for path in (ROOT / "templates").rglob("*.*"):
        if "admin" not in path.relative_to(ROOT / "templates").parts:
            for call in _CALL.findall(templatize(path.read_text(encoding="utf-8"))):
                messages |= set(_find_in_code(ast.parse(call)))
    for package in ("newsroom", "stories", "topics"):
        for path in (ROOT / package).rglob("*.py"):
            messages |= set(_find_in_code(ast.parse(path.read_text(encoding="utf-8"))))
    return frozenset(messages)


def _find_in_code(tree: ast.AST) -> Iterator[Message]:
    for call in ast.walk(tree):
        name = getattr(call, "func", None)
        if isinstance(call, ast.Call) and isinstance(name, ast.Name) and name.id in _GETTEXT_NAMES:
            literals = [
                each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
            ]
            context = literals.pop(0) if name.id in _CONTEXT else ""
            if literals:  # a call with a variable has its literal elsewhere
                yield Message(literals[0], literals[1] if name.id in _PLURAL else "", context)


def load_source(language: str) -> dict[Message, list[str]]:
    """Return the translated forms of each text in the ``.po`` file of a language."""
    messages: dict[Message, list[str]] = {}
    text = _file(language, "po").read_text(encoding="utf-8")
    for block in text.split("\n\n")[1:]:
        fields: dict[str, list[str]] = {}
        for name, _, quoted in _FIELD.findall(block):
            fields.setdefault(name, []).append(ast.literal_eval(quoted))
        words = Message(fields["msgid"][0], fields.get("msgid_plural", [""])[0], fields.get("msgctxt", [""])[0])
        assert words not in messages, words
        messages[words] = fields["msgstr"]
    return messages


def load_compiled(language: str) -> GNUTranslations:
    """Return the translations in the ``.mo`` file of a language."""
    with _file(language, "mo").open("rb") as file:
        return GNUTranslations(file)


def _file(language: str, ending: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / f"django.{ending}"
