"""The floor: a Django project with one view and no middleware. Its responses have the product's bytes and headers.

The environment variable ``FLOOR_ANSWERS`` is the path of a JSON file with the responses, keyed by name: status,
headers, and body in Base64.
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

RESPONSES = {
    name: (b64decode(stored["body"]), stored["status"], stored["headers"])
    for name, stored in json.loads(Path(os.environ["FLOOR_ANSWERS"]).read_text(encoding="utf-8")).items()
}


def serve_response(request: HttpRequest, name: str) -> HttpResponse:
    """Return the stored response with this name."""
    body, status, headers = RESPONSES[name]
    return HttpResponse(body, status=status, headers=headers)


urlpatterns = [path("<str:name>", serve_response)]
application = get_wsgi_application()
