"""Answers what the scripts of a form ask, as JSON also where it is refused: a page would be shown as the answer."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from newsroom.desk.responses import refused, refused_to

SIGNED_OUT = "You are signed out. Sign in again in another window; your text is untouched."
TOO_LONG = "This is more than can be looked at while you type: 5 MB, or 5,000 fields."


def answered_in_json(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse strangers, what is too long, what may not be seen and what is not there in a sentence."""
    protected = csrf_protect(view)

    @csrf_exempt  # it is asked below, once it is known that the request can be read
    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if stranger := refused_to(request, SIGNED_OUT):
            return stranger
        try:
            bool(request.POST)
        except (RequestDataTooBig, TooManyFieldsSent):
            return refused(TOO_LONG, status=413)
        except MultiPartParserError:
            return refused("What was sent cannot be read.", status=400)
        try:
            return protected(request, *args, **kwargs)
        except PermissionDenied as refusal:
            return refused(str(refusal) or "You may not edit this.", status=403)
        except Http404:
            return refused("There is no such page at the desk.", status=404)

    return answer
