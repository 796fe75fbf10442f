"""Upgrade stored documents with an older schema number to the current schema."""

from collections.abc import Callable, Mapping

from stories.documents.schema import EXPLAINER_SCHEMA, QUESTION_PAGE_SCHEMA, Explainer, QuestionPage

type AnyDocument = Explainer | QuestionPage
type JsonBody = dict[str, object]
type Upgrade = Callable[[JsonBody], JsonBody]

CURRENT_SCHEMA: Mapping[str, int] = {"story": EXPLAINER_SCHEMA, "question": QUESTION_PAGE_SCHEMA}
# One step for each older schema number: UPGRADES[kind][n] converts a body from schema n to schema n + 1.
UPGRADES: Mapping[str, Mapping[int, Upgrade]] = {
    # Schema 2 only added fields.
    "story": {1: lambda body: {**body, "schema": 2}},
    "question": {1: lambda body: {**body, "schema": 2}},
}


class UnknownSchemaError(ValueError):
    """Raised for a body whose kind or schema number this release does not know."""


def upgrade(body: Mapping[str, object]) -> AnyDocument:
    """Return the document in ``body`` (plain JSON values), upgraded step by step to the current schema.

    A body without a schema number has schema 1. Raise UnknownSchemaError for an unknown kind or schema number, and
    pydantic.ValidationError for a body that does not match its schema.
    """
    kind = body.get("kind")
    if not isinstance(kind, str) or kind not in CURRENT_SCHEMA:
        raise UnknownSchemaError(f"“{kind}” is not a kind of document. Use story or question.")
    current = dict(body)
    number = current.get("schema", 1)
    if not isinstance(number, int) or not 1 <= number <= CURRENT_SCHEMA[kind]:
        raise UnknownSchemaError(
            f"This release can’t read schema {number} of {kind}. The newest is {CURRENT_SCHEMA[kind]}."
        )
    while number < CURRENT_SCHEMA[kind]:
        current = UPGRADES[kind][number](current)
        number += 1
    return Explainer.model_validate(current) if kind == "story" else QuestionPage.model_validate(current)
