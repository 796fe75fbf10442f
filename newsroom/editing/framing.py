"""Which pages may stand in a frame: of this site, never of another."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.csp import CSP
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

type View = Callable[..., Any]


def framed(view: View) -> View:
    """Let the pages of a view stand in a frame of a page of this site."""
    allowed: View = csp_override({**settings.SECURE_CSP, "frame-ancestors": [CSP.SELF]})(
        xframe_options_sameorigin(view)
    )
    return allowed
