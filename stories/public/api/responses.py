"""JSON responses of the API: one object or a page of a list, reduced to the requested fields."""

import json
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

from stories.public.api.addresses import absolute_url
from stories.public.api.parameters import Parameters


def object_response(value: BaseModel, asked: Parameters) -> HttpResponse:
    """Return a response with the requested fields of ``value``."""
    return _json(value.model_dump(mode="json", include=asked.selected_fields))


def list_response(
    request: HttpRequest, items: Sequence[BaseModel], asked: Parameters, *, then: str | None = None, **more: object
) -> HttpResponse:
    """Return a response with the requested fields of ``items``; ``more`` are members of the list itself.

    A cursor ``then`` adds the next page to the body and to a Link header (RFC 8288). An empty one means the last page,
    None a list without pages.
    """
    body: dict[str, object] = {"items": [item.model_dump(mode="json", include=asked.selected_fields) for item in items]}
    body |= more
    if then is None:
        return _json(body)
    query = request.GET.copy()
    query["cursor"] = then
    body["next"] = absolute_url(f"{request.path}?{query.urlencode(safe=',')}") if then else None
    response = _json(body)
    if then:
        response["Link"] = f'<{body["next"]}>; rel="next"'
    return response


def _json(body: object) -> HttpResponse:
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type="application/json")
