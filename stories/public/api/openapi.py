"""The OpenAPI 3.1 description of the API: every operation with its parameters and responses."""

import json
from functools import cache
from typing import Any

from django.conf import settings
from ninja import NinjaAPI

from newsroom.http.problems import CONTENT_TYPE

_CACHE_HEADERS = {
    "ETag": ("A strong validator. Send it back as If-None-Match.", True),
    "Cache-Control": ("Store the response and revalidate it before each use.", True),
    "Vary": ("A compressed response has its own ETag.", True),
    "Link": ("The next page of items (rel=next).", False),
}
_PROBLEM_STATUSES = {
    "400": "A parameter is invalid. `errors` says which and why.",
    "403": "The request used plain http. This API needs https.",
    "404": "Not found, or the cursor is not valid.",
    "410": "Withdrawn. `detail` is the editor's notice.",
    "503": "The database can’t be reached. Retry-After says when to try again.",
    "429": "Too many requests from one network address. Retry-After says when to try again.",
}
# Only operations with this parameter in their path can return 301 or 410.
_SLUG_PARAMETER = "{slug}"
_PROBLEM_SCHEMA = {
    "type": "object",
    "description": "A problem document (RFC 9457).",
    "properties": {
        "type": {"type": "string", "description": "The kind of problem.", "examples": ["about:blank"]},
        "title": {"type": "string", "description": "The name of the status.", "examples": ["Not Found"]},
        "status": {"type": "integer", "description": "The HTTP status.", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What went wrong, in a sentence."},
        "instance": {"type": "string", "description": "The requested path."},
        "errors": {
            "type": "array",
            "description": "The errors in the request.",
            "items": {
                "type": "object",
                "properties": {
                    "in": {"type": "string", "description": "The part of the request, such as the query."},
                    "name": {"type": "string", "description": "The parameter."},
                    "detail": {"type": "string", "description": "What is wrong with it."},
                },
                "required": ["in", "name", "detail"],
            },
        },
        "withdrawn_at": {"type": "string", "format": "date-time", "description": "When the page was withdrawn."},
        "language": {"type": "string", "description": "The language of the notice."},
    },
    "required": ["type", "title", "status", "detail", "instance"],
}


@cache
def openapi_document(api: NinjaAPI, prefix: str) -> str:
    """Return the description of ``api`` as JSON. The paths of its operations begin with ``prefix``."""
    schema: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=prefix)))
    schema["info"]["title"] = f"{settings.SITE_NAME}: read API"
    schema["servers"] = [{"url": settings.SITE_URL}]
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            operation["summary"] = operation.pop("description").rstrip(".")
            operation["parameters"] = [_adapt_parameter(each) for each in operation["parameters"]]
            operation["responses"] = _add_responses(operation["responses"], path)
    schemas: dict[str, Any] = schema["components"]["schemas"]
    schema["components"]["schemas"] = {
        **{name: each for name, each in schemas.items() if not name.endswith("Parameters")},
        "Problem": _PROBLEM_SCHEMA,
    }
    schema["components"]["headers"] = {
        name: {"description": description, "required": is_required, "schema": {"type": "string"}}
        for name, (description, is_required) in _CACHE_HEADERS.items()
    }
    return json.dumps(schema, ensure_ascii=False, indent=1)


def _adapt_parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    """Return ``parameter`` without null among its types. If it is a list, declare that commas separate its items."""
    schema = parameter["schema"]
    [schema] = [each for each in schema.get("anyOf", [schema]) if each.get("type") != "null"]
    own_schema = {name: words for name, words in schema.items() if name not in ("title", "description", "example")}
    list_style = {"style": "form", "explode": False} if schema.get("type") == "array" else {}
    return {**parameter, "schema": own_schema, **list_style}


def _add_responses(responses: dict[str, Any], path: str) -> dict[str, Any]:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in _CACHE_HEADERS}
    responses["200"]["headers"] = headers
    required_headers = {name: headers[name] for name in ("ETag", "Cache-Control", "Vary")}
    responses["304"] = {"description": "Unchanged since the response with that ETag.", "headers": required_headers}
    if _SLUG_PARAMETER in path:
        responses["301"] = {"description": "Moved. Location gives the new address."}
    for status, description in _PROBLEM_STATUSES.items():
        if status == "410" and _SLUG_PARAMETER not in path:
            continue
        schema = {"$ref": "#/components/schemas/Problem"}
        responses[status] = {"description": description, "content": {CONTENT_TYPE: {"schema": schema}}}
    return dict(sorted(responses.items()))
