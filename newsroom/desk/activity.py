"""A view that a script requests while a user types in a form that is not autosaved."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from newsroom.desk.responses import json_view


@require_safe
@json_view
def report_activity(request: HttpRequest) -> HttpResponse:
    """Return an empty JSON object. The session middleware records the request as activity."""
    return JsonResponse({})
