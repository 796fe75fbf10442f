"""The *Front page* screen: which stories have a place on the front page, and until when."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.local_time import DateTimeForm
from newsroom.desk.responses import focus_first_error_in_forms
from newsroom.desk.views import DeskView
from newsroom.http.clock import FOREVER
from stories.editions.front_page import FRONT_PAGE_PLACES
from stories.publishing import front_page
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


class FrontPageView(DeskView):
    """Show the places on the front page, and store what an editor chooses for them."""

    permission = front_page.PERMISSION
    template_name = "admin/front_page.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(self.make_forms(None), seen=front_page.get_arrangement_digest())

    def post(self, request: HttpRequest) -> HttpResponse:
        places, problem = self.make_forms(request.POST), ""
        # A POST does not renew the mark: a late user has to reopen the screen, and sees what another user arranged.
        seen = request.POST.get("seen", "")
        # Validate every form, so that each shows its own errors.
        if not [form for form in places if not form.is_valid()]:
            chosen = [(form, placed) for form in places if (placed := form.placed())]
            try:
                front_page.arrange_front_page([placed for _, placed in chosen], by=signed_in_user(request), seen=seen)
            except front_page.NotArrangedError as refusal:
                if refusal.place is None:
                    problem = str(refusal)
                else:
                    chosen[refusal.place - 1][0].add_error("story", str(refusal))
            else:
                messages.success(request, "The front page is arranged. What has no place follows by date.")
                return redirect("admin:front_page")
        return self.show(places, seen=seen, problem=problem)

    def make_forms(self, data: QueryDict | None) -> list[PlaceForm]:
        offered = front_page.list_candidates(at=self.at, limit=MOST_OFFERED)
        return [
            PlaceForm(data, prefix=f"place-{number}", offered=offered, initial=initial, auto_id=f"{number}-%s")
            for number, initial in enumerate(_initial(front_page.list_places(at=self.at)), start=1)
        ]

    def show(self, places: list[PlaceForm], *, seen: str, problem: str = "") -> HttpResponse:
        focus_first_error_in_forms(places)
        return self.render(
            {
                "title": "Front page",
                "front_places": places,
                "problem": problem,
                "several_languages": len(settings.SITE_LANGUAGES) > 1,
                "seen": seen,
            }
        )


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
