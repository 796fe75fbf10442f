"""Validate the JSON that a browser sends for a passkey (Web Authentication Level 3, 5.1)."""

import json
from collections.abc import Callable
from functools import wraps

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase

type View = Callable[..., HttpResponseBase]
_TEXT_FIELDS = ("id", "rawId", "clientDataJSON", "authenticatorData", "signature", "userHandle", "attestationObject")


def require_credential(view: View) -> View:
    """Wrap a view so that it raises BadRequest for a credential that would otherwise cause a server error."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            credential = json.loads(request.POST.get("credential") or "null")
        except json.JSONDecodeError:
            credential = None
        except (ValueError, RecursionError) as error:
            raise BadRequest("The credential has too long a number or too many levels.") from error
        if isinstance(credential, dict):
            # The view's own form refuses only malformed JSON.
            response = credential.get("response")
            parts = {**credential, **response} if isinstance(response, dict) else credential
            if not all(isinstance(parts.get(name), str | None) for name in _TEXT_FIELDS):
                raise BadRequest("The credential has something other than text where text is required.")
        return view(request, *args, **kwargs)

    return wrapper
