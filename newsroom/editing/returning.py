"""Where a form of the desk leads back to, as whoever opened it says."""

from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def ours(back: str) -> str:
    """Return the address to go on with where it is one of the desk, nothing for any other."""
    is_ours = back.startswith(reverse("admin:index")) and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if is_ours else ""
