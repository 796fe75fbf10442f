"""What the API says when it cannot answer: problem documents (RFC 9457)."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path
from ninja.errors import ValidationError

from newsroom.pages.answering import WithdrawnError

CONTENT_TYPE = "application/problem+json"


def problem(
    request: HttpRequest,
    status: int,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    errors: Sequence[Mapping[str, str]] = (),
    **more: str,
) -> HttpResponse:
    """Return a problem document of no type of its own (RFC 9457, 4.2.1), with further members where there are any."""
    said: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": escape_uri_path(request.path),
        **more,
    }
    if errors:
        said["errors"] = errors
    content = json.dumps(said, ensure_ascii=False)
    return HttpResponse(content, status=status, content_type=CONTENT_TYPE, headers=headers)


def not_understood(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Return 400 with each parameter that is wrong: where it stands, its name, and what is wrong with it."""
    errors = [
        {
            "in": str(each["loc"][0]),
            "name": each.get("ctx", {}).get("parameter", str(each["loc"][-1])),
            "detail": each["msg"],
        }
        for each in error.errors
    ]
    return problem(request, 400, "The request is not what this call understands.", errors=errors)


def withdrawn(request: HttpRequest, error: WithdrawnError) -> HttpResponse:
    """Return 410 with the editor's words, when they were said and in which language."""
    return problem(request, 410, error.notice, withdrawn_at=error.when.isoformat(), language=error.language)
