"""The *Front page* screen: which stories have a place on the front page, and until when."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.local_time import DateTimeForm
from newsroom.desk.responses import focus_first_error_in_forms
from newsroom.http.clock import FOREVER, request_time
from stories.editions.front_page import FRONT_PAGE_PLACES
from stories.publishing import front_page as front_page_verbs
from stories.publishing.front_page import FrontPageCandidate, FrontPagePlace

MOST_OFFERED = 100


class PlaceForm(DateTimeForm):
    """One place on the front page: a story, and optionally the time at which it leaves."""

    happens = "it leaves the front page"

    story = forms.ChoiceField(label="Story", required=False)
    field_order = ("story", "day", "time", "which")

    def __init__(self, *args: Any, offered: Sequence[FrontPageCandidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(each.uid): each for each in offered}
        self.fields["story"].choices = [  # type: ignore[attr-defined]  # a field with choices
            ("", "By date"),
            *((key, _called(each)) for key, each in self.by_key.items()),
        ]

    @property
    def is_absent(self) -> bool:
        """Whether the story in this place is not live now, so that readers see the next one."""
        each = self.by_key.get(str(self["story"].value() or ""))
        return each is not None and not each.is_live

    def needs_moment(self) -> bool:
        """Return whether a day or a time was entered."""
        return any(bool(self.data.get(self.add_prefix(name))) for name in ("day", "time"))

    def placed(self) -> FrontPagePlace | None:
        """Return the story with its time, or None if the place is filled by date."""
        key = self.cleaned_data["story"]
        return FrontPagePlace(self.by_key[key].uid, self.moment or FOREVER) if key else None


def front_page(request: HttpRequest) -> HttpResponse:
    """Show the places on the front page, and store what an editor chooses for them."""
    if not request.user.has_perm(front_page_verbs.PERMISSION):
        raise PermissionDenied
    at = request_time(request)
    offered = front_page_verbs.list_candidates(at=at, limit=MOST_OFFERED)
    data = request.POST if request.method == "POST" else None
    forms_ = [
        PlaceForm(data, prefix=f"place-{number}", offered=offered, initial=initial, auto_id=f"{number}-%s")
        for number, initial in enumerate(_initial(front_page_verbs.list_places(at=at)), start=1)
    ]
    problem = ""
    # Validate every form, so that each shows its own errors.
    refused = [form for form in forms_ if not form.is_valid()]
    if data is not None and not refused:
        chosen = [(form, placed) for form in forms_ if (placed := form.placed())]
        try:
            front_page_verbs.arrange_front_page(
                [placed for _, placed in chosen], by=signed_in_user(request), seen=data.get("seen", "")
            )
        except front_page_verbs.NotArrangedError as refusal:
            if refusal.place is None:
                problem = str(refusal)
            else:
                chosen[refusal.place - 1][0].add_error("story", str(refusal))
        else:
            messages.success(request, "The front page is arranged. What has no place follows by date.")
            return redirect("admin:front_page")
    focus_first_error_in_forms(forms_)
    context = {
        **admin.site.each_context(request),
        "title": "Front page",
        "places": forms_,
        "problem": problem,
        "several_languages": len(settings.SITE_LANGUAGES) > 1,
        # A POST does not renew the mark: a late user has to reopen the screen, and sees what another user arranged.
        "seen": front_page_verbs.get_arrangement_digest() if data is None else data.get("seen", ""),
    }
    return TemplateResponse(request, "admin/front_page.html", context)


def _called(story: FrontPageCandidate) -> str:
    """Return the title, with its language if the site has several, and with “not live” if it is not."""
    told = [story.language] if len(settings.SITE_LANGUAGES) > 1 else []
    told += [] if story.is_live else ["not live"]
    return f"{story.title} ({', '.join(told)})" if told else story.title


def _initial(places: Sequence[FrontPagePlace]) -> list[dict[str, object]]:
    """Return the initial values of the forms, one for each of the ``PLACES`` on the front page."""
    found: list[dict[str, object]] = []
    for place in places:
        until = None if place.until == FOREVER else timezone.localtime(place.until)
        found.append({"story": str(place.uid), **({"day": until.date(), "time": until.time()} if until else {})})
    return found + [{} for _ in range(FRONT_PAGE_PLACES - len(found))]
