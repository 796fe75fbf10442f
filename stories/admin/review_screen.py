"""The newest text to read, beside what somebody knows already: to approve it, return it, comment on it, from any screen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.html import linebreaks
from django.views.decorators.http import require_POST

from newsroom.accounts.permissions import person
from newsroom.desk.responses import leads_to_problem
from newsroom.http.clock import moment_of
from newsroom.http.converters import number_in
from newsroom.text.markdown import render
from stories.admin.commenting import Panel, panel_of
from stories.admin.history import HistoryScreens
from stories.admin.looking_again import LookForm, look
from stories.admin.reviewing import is_step, review_and_say, review_of
from stories.documents import AnyDocument
from stories.documents.compare import Comparison, compare
from stories.documents.walk import walk
from stories.drafts import revisions
from stories.models import LastLook, Revision, Work
from stories.publishing import review
from stories.publishing.errors import RefusedError
from stories.publishing.review import revision_seen

NOTHING = "text"
# Texts that are Markdown, by the ends of their keys; all others are words.
MARKDOWN = (".text", "standfirst", "introduction", "method_note", ".caption", ".teaser", ".description")


@dataclass(frozen=True, slots=True)
class Since:
    """Something to compare the newest text with: a revision that this person, or every reader, knows."""

    code: str
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class Read:
    """One text as it is read; ``key`` is that of the text."""

    key: str
    label: str
    body_html: str


class ReviewScreens(HistoryScreens):
    """Adds the screen on which a text is read and reviewed to a form."""

    def get_urls(self) -> list[URLPattern]:
        """Add the addresses of the screen and of what is noted from it."""
        name = f"stories_{self.opts.model_name}"
        view = self.admin_site.admin_view
        looked, checked = view(require_POST(self.looked_view)), view(require_POST(self.checked_view))
        return [
            path("<path:object_id>/review/", view(self.review_view), name=f"{name}_review"),
            path("<path:object_id>/review/looked/", looked, name=f"{name}_looked"),
            path("<path:object_id>/review/checked/", checked, name=f"{name}_checked"),
            *super().get_urls(),
        ]

    def review_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the newest text, whole or since something (``?since=``); approve it or return it."""
        work = self.seen(request, object_id)
        if request.method == "POST":
            return self._decided(request, work)
        return self._to_read(request, work, LookForm(instance=work))

    def looked_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Note that this person has had revision ``number`` before their eyes: asked by a script, or by a button."""
        work = self.seen(request, object_id)
        number, newest = number_in(request.POST.get("number", ""), digits=9) or 0, revisions.newest_of(work)
        if newest is None or not 0 < number <= newest.number:
            raise Http404
        LastLook.objects.note(work, by=person(request), number=number, at=moment_of(request))
        if not request.accepts("text/html"):
            return JsonResponse({"number": number})
        messages.success(request, f"Noted: you have read revision {number}.")
        return redirect(self.address("review", work))

    def checked_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Write down that somebody looked at the page today with its sources in hand."""
        work = self.seen(request, object_id)
        if not self.has_change_permission(request, work):
            raise PermissionDenied
        form = LookForm(request.POST, instance=work)
        if form.is_valid():
            try:
                words = look(work, form.cleaned_data["review_by"], is_checked=True, request=request)
            except RefusedError as refusal:
                form.add_error("review_by", str(refusal))
            else:
                messages.success(request, words)
                return redirect(self.address("review", work))
        return self._to_read(request, work, leads_to_problem(form))

    def _decided(self, request: HttpRequest, work: Work) -> HttpResponse:
        may = request.user.has_perm(review.RIGHT) or self.has_change_permission(request, work)
        if not may or not is_step(request):
            raise PermissionDenied
        review_and_say(request, work, saved="")
        return redirect(self.address("review", work))

    def _to_read(self, request: HttpRequest, work: Any, form: LookForm) -> HttpResponse:
        newest, at, by = revisions.newest_of(work), moment_of(request), person(request)
        context: dict[str, Any] = {"newest": newest, "form": form, "title": f"Read: {work}"}
        if newest is not None:
            document = newest.document.value()
            panel = panel_of(request, work, document, back=request.get_full_path())
            sinces = list(_sinces(work, newest, by=by, at=at))
            chosen = _chosen(sinces, request.GET.get("since", ""))
            compared = _compared(work, chosen, document)
            context |= {
                "sinces": sinces,
                "chosen": chosen,
                "comparison": compared,
                "before_label": f"Revision {chosen.number}" if chosen else "",
                "after_label": f"Revision {newest.number}",
                "texts": list(_texts(document)) if compared is None else [],
                "apart": _apart(panel, document, compared),
                "panel": panel,
                "review": review_of(work, newest, user=by, at=at),
                "looked": LastLook.objects.number_of(work, by=by),
            }
        return self.answer(request, work, "reading", context)


def _sinces(work: Work, newest: Revision, *, by: Any, at: datetime) -> Iterator[Since]:
    """Yield what the newest text can be compared with: what this person looked at, what readers saw, what was reviewed."""
    looked = LastLook.objects.number_of(work, by=by)
    if looked and looked != newest.number:
        yield Since("look", "Since you last looked", looked)
    if public := revision_seen(work, at=at):
        yield Since("live", "Since readers saw it", public)
    if reviewed := review.last_reviewed(work, by=by):
        yield Since("review", "Since your review", reviewed)


def _chosen(sinces: list[Since], asked: str) -> Since | None:
    """Return what was asked for: a name, a number of a revision, nothing at all; unasked, the first."""
    if asked == NOTHING:
        return None
    named = next((each for each in sinces if asked in {each.code, str(each.number)}), None)
    if named or not (number := number_in(asked, digits=9)):
        return named or (sinces[0] if sinces else None)
    return Since(str(number), f"Since revision {number}", number)


def _compared(work: Work, since: Since | None, document: AnyDocument) -> Comparison | None:
    if since is None:
        return None
    earlier = revisions.numbered(work, since.number)
    if earlier is None:
        raise Http404
    return compare(earlier.document.value(), document)


def _apart(panel: Panel, document: AnyDocument, compared: Comparison | None) -> list[Any]:
    """Return the open threads that no text of the screen carries."""
    shown = {place for part in compared.parts for place in part.places} if compared else {
        each.key for each in walk(document) if each.is_read
    }  # fmt: skip
    at_texts = {thread.first.pk for key in shown for thread in panel.comments.at(key)}
    return [thread for thread in panel.comments.open if thread.first.pk not in at_texts]


def _texts(document: AnyDocument) -> Iterator[Read]:
    numbers = {cited.number: cited.number for cited in document.citations}
    for place, each in enumerate(walk(document), start=1):
        if each.is_read:
            is_markdown = each.key.endswith(MARKDOWN)
            html = render(each.text, numbers=numbers, anchor=f"text-{place}", headings=False, things=False)
            yield Read(each.key, each.label, html if is_markdown else linebreaks(each.text, autoescape=True))
