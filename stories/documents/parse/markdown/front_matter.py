"""Parse YAML front matter safely: only plain values are allowed; anchors, aliases and tags are rejected."""

import yaml

from stories.documents.parse.notes import UnreadableDocumentError

_MAX_LENGTH = 1_000_000
_MAX_DEPTH = 20
_MAX_VALUES = 50_000
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_front_matter(text: str, *, first_line: int) -> dict[str, object]:
    """Return the values of the front matter, which begins on ``first_line`` of the file.

    Raise UnreadableDocumentError, with the line and the reason, if the front matter is invalid, too long or nested too
    deeply, or has too many values.
    """
    if len(text) > _MAX_LENGTH:
        raise UnreadableDocumentError(first_line, "The front matter is too long.")
    try:
        # Check the events first, so that no value is built from front matter that is rejected.
        _refuse_unsafe_yaml(text, first_line)
        values = yaml.load(text, Loader=_Loader)  # noqa: S506  # a safe loader, which creates plain values only
    except yaml.MarkedYAMLError as error:
        line = first_line + (error.problem_mark.line if error.problem_mark else 0)
        raise UnreadableDocumentError(line, f"The front matter is not valid YAML: {error.problem}.") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UnreadableDocumentError(first_line, "The front matter is not valid YAML.") from error
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise UnreadableDocumentError(
            first_line, "The front matter must be a group of named values, such as “kind: story”."
        )
    return values


def _refuse_unsafe_yaml(text: str, first_line: int) -> None:
    """Raise UnreadableDocumentError for anchors, aliases, tags, duplicate names, deep nesting and too many values."""
    depth = 0
    keys: list[tuple[set[str], bool] | None] = []
    for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
        line = first_line + (event.start_mark.line if event.start_mark else 0)
        if count > _MAX_VALUES:
            raise UnreadableDocumentError(line, "The front matter has too many values.")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise UnreadableDocumentError(line, "The front matter can’t use anchors and aliases (& and *).")
        if getattr(event, "tag", None) and not isinstance(event, yaml.DocumentStartEvent):
            raise UnreadableDocumentError(line, "The front matter can’t use tags (!).")
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
            keys.pop()
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and keys and (level := keys[-1]):
            names, is_key = level
            if is_key and isinstance(event, yaml.ScalarEvent):
                if event.value in names:
                    raise UnreadableDocumentError(line, f"“{event.value[:80]}” is given twice in the front matter.")
                names.add(event.value)
            keys[-1] = (names, not is_key)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            keys.append((set(), True) if isinstance(event, yaml.MappingStartEvent) else None)
            if depth > _MAX_DEPTH:
                raise UnreadableDocumentError(line, "The front matter is nested too deeply.")
