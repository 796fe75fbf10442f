"""Answers with a value, or with some fields of it; pages of a list lead to the next."""

import json
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

from stories.public.api.addresses import whole
from stories.public.api.parameters import Asked


def answer(value: BaseModel, asked: Asked) -> HttpResponse:
    """Return the fields of ``value`` that were asked for."""
    return _json(value.model_dump(mode="json", include=asked.chosen))


def answer_list(
    request: HttpRequest, items: Sequence[BaseModel], asked: Asked, *, then: str | None = None, **more: object
) -> HttpResponse:
    """Return the fields of ``items`` that were asked for, with what there is to say ``more`` of all of them.

    With a cursor ``then`` there is a next page: it is named in the body and in a Link header (RFC 8288). An empty one
    says that this was the last page; None stands for a list that has no pages.
    """
    body: dict[str, object] = {"items": [item.model_dump(mode="json", include=asked.chosen) for item in items]}
    body |= more
    if then is None:
        return _json(body)
    query = request.GET.copy()
    query["cursor"] = then
    body["next"] = whole(f"{request.path}?{query.urlencode(safe=',')}") if then else None
    response = _json(body)
    if then:
        response["Link"] = f'<{body["next"]}>; rel="next"'
    return response


def _json(body: object) -> HttpResponse:
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type="application/json")
