"""What a passkey answers, as a browser sends it: JSON of texts in base64 (Web Authentication Level 3, 5.1.8 and 5.1.9)."""

import json
from collections.abc import Callable
from functools import wraps

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase

type View = Callable[..., HttpResponseBase]
_TEXTS = ("id", "rawId", "clientDataJSON", "authenticatorData", "signature", "userHandle", "attestationObject")


def readable(view: View) -> View:
    """Answer 400 to a credential that nobody can read; the form itself refuses no more than broken JSON."""

    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            credential = json.loads(request.POST.get("credential") or "null")
        except json.JSONDecodeError:
            credential = None
        except (ValueError, RecursionError) as error:
            raise BadRequest("A number or the nesting of a credential is beyond all reason.") from error
        if isinstance(credential, dict):
            response = credential.get("response")
            said = {**credential, **response} if isinstance(response, dict) else credential
            if not all(isinstance(said.get(name), str | None) for name in _TEXTS):
                raise BadRequest("A credential holds something else where a text belongs.")
        return view(request, *args, **kwargs)

    return checked
