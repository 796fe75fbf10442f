"""The floor: a Django project of one view without middleware, whose responses have the product's bytes and headers.

The environment variable ``FLOOR_ANSWERS`` names a JSON file with the responses by name: status, headers, and the body
in Base64.
"""

import json
import os
from base64 import b64decode
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(ALLOWED_HOSTS=["127.0.0.1"], MIDDLEWARE=[], ROOT_URLCONF=__name__, USE_I18N=False)

ANSWERS = {
    name: (b64decode(kept["body"]), kept["status"], kept["headers"])
    for name, kept in json.loads(Path(os.environ["FLOOR_ANSWERS"]).read_text(encoding="utf-8")).items()
}


def answer(request: HttpRequest, name: str) -> HttpResponse:
    """Return the response of this name, the same each time."""
    body, status, headers = ANSWERS[name]
    return HttpResponse(body, status=status, headers=headers)


urlpatterns = [path("<str:name>", answer)]
application = get_wsgi_application()
