"""What the API says when it cannot answer, in problem documents."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path
from ninja.errors import ValidationError

from newsroom.http.problems import problem_document
from newsroom.page_cache.responses import WithdrawnError


def problem(
    request: HttpRequest, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: object
) -> HttpResponse:
    """Return a problem document about the path that was asked for, with further members where there are any."""
    return problem_document(status, detail, headers=headers, instance=escape_uri_path(request.path), **more)


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
