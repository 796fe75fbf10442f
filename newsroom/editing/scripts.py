"""Answers what the scripts of the desk ask: as data, and in a sentence to who may not ask.

A redirect to the sign-in page would be no answer to a script, so that nobody is led away from a text half written.
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse

type View = Callable[[HttpRequest], HttpResponse]
SIGNED_OUT = "You are signed out. Sign in again in another window, then try again."


def refused(sentence: str, *, status: int = 400, **more: object) -> JsonResponse:
    """Return a refusal, with the sentence that is shown."""
    return JsonResponse({"error": sentence, **more}, status=status)


def refused_to(request: HttpRequest, signed_out: str = SIGNED_OUT) -> JsonResponse | None:
    """Return the refusal to who is not of the desk, None for somebody who is; ``signed_out`` is said to strangers."""
    if not request.user.is_authenticated:
        return refused(signed_out, status=403, signed_out=True)
    if not (request.user.is_active and request.user.is_staff):
        return refused("This account has no place at the desk.", status=403)
    return None


def for_scripts(view: View) -> View:
    """Let only people of the desk ask."""

    @wraps(view)
    def asked(request: HttpRequest) -> HttpResponse:
        if refusal := refused_to(request):
            return refusal
        response = view(request)
        response["Cache-Control"] = "private, no-store"
        return response

    return asked
