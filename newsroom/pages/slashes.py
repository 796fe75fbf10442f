"""Leads to the address with a slash at its end, as public answers are kept."""

from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware

from newsroom.http.languages import DESK
from newsroom.pages.answering import settled


class SlashMiddleware(CommonMiddleware):
    """Django's own, whose redirects outside the desk say how long they may be kept."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the answer, or a redirect in place of a 404 where the address lacks only its slash."""
        answer = super().process_response(request, response)
        is_led_on = answer is not response and not request.path_info.startswith(DESK)
        if is_led_on and isinstance(answer, HttpResponsePermanentRedirect):
            return settled(request, answer)
        return answer
