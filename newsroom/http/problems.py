"""Problem documents, which tell programs why a request was refused (RFC 9457)."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from django.http import HttpResponse

CONTENT_TYPE = "application/problem+json"


def problem_document(
    status: int, detail: str, *, headers: Mapping[str, str] | None = None, **members: object
) -> HttpResponse:
    """Return a problem document of the type ``about:blank`` (RFC 9457, 4.2.1) with additional ``members``, in order."""
    problem = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **members}
    content = json.dumps(problem, ensure_ascii=False)
    return HttpResponse(content, status=status, content_type=CONTENT_TYPE, headers=headers)
