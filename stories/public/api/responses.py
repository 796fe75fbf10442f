"""JSON responses of the API: one object or a page of a list, reduced to the requested fields."""

import json
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

from stories.public.api.addresses import absolute_url
from stories.public.api.parameters import Parameters


def object_response(value: BaseModel, parameters: Parameters) -> HttpResponse:
    """Return a response with the requested fields of ``value``."""
    return _build_json_response(value.model_dump(mode="json", include=parameters.selected_fields))


def list_response(
    request: HttpRequest,
    items: Sequence[BaseModel],
    parameters: Parameters,
    *,
    next_cursor: str | None = None,
    **more: object,
) -> HttpResponse:
    """Return a response with the requested fields of ``items``. ``more`` holds further members of the body.

    If there is a ``next_cursor``, the URL of the next page is in the body and in a Link header (RFC 8288). An empty
    cursor marks the last page; None means that the list is not paginated.
    """
    body: dict[str, object] = {
        "items": [item.model_dump(mode="json", include=parameters.selected_fields) for item in items]
    }
    body |= more
    if next_cursor is None:
        return _build_json_response(body)
    query = request.GET.copy()
    query["cursor"] = next_cursor
    body["next"] = absolute_url(f"{request.path}?{query.urlencode(safe=',')}") if next_cursor else None
    response = _build_json_response(body)
    if next_cursor:
        response["Link"] = f'<{body["next"]}>; rel="next"'
    return response


def _build_json_response(body: object) -> HttpResponse:
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type="application/json")
