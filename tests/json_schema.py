"""Validation against JSON Schema."""

from typing import Any


def list_schema_errors(value: object, schema: dict[str, Any]) -> list[str]:
    """Return a message for each place at which a value does not match a schema (JSON Schema 2020-12)."""
    # The import takes two seconds, which every run would spend if a test module imported it.
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(schema)
    return [error.message for error in Draft202012Validator(schema).iter_errors(value)]
