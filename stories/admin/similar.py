"""Says what may be the same while a headline or a question is typed."""

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from newsroom.desk.responses import refused
from newsroom.http.clock import moment_of
from newsroom.http.converters import DIGITS_OF_KEY, number_in
from stories.admin.live.answering import answered_in_json
from stories.models import WorkKind
from stories.workflow import duplicates

VIEW_PERMISSIONS = {WorkKind.STORY: "stories.view_story", WorkKind.QUESTION: "stories.view_faq"}
LONGEST_TAG = 35


@require_safe
@answered_in_json
def similar(request: HttpRequest) -> JsonResponse:
    """Answer which works of the kind that is asked for have titles like ``q``, and for a story which questions have.

    ``but`` is the key of the one at hand.
    """
    kind = request.GET.get("kind", "")
    if kind not in WorkKind.values:
        return refused("Ask for stories or for questions.", status=400)
    if not request.user.has_perm(VIEW_PERMISSIONS[WorkKind(kind)]):
        return refused("You may not see drafts.", status=403)
    found = _like(request, WorkKind(kind), limit=5)
    asks_too = kind == WorkKind.STORY and request.user.has_perm(VIEW_PERMISSIONS[WorkKind.QUESTION])
    near = _like(request, WorkKind.QUESTION, limit=3) if asks_too else []
    if found:
        what = "story" if kind == WorkKind.STORY else "question"
        said = f"This may be the same {what}:" if len(found) == 1 else f"One of these may be the same {what}:"
    else:
        said = "This question is close to it:" if len(near) == 1 else "These questions are close to it:"
    lines = [*(_line(each, "") for each in found), *(_line(each, "A question. ") for each in near)]
    return JsonResponse({"said": said if lines else "", "similar": lines})


def _like(request: HttpRequest, kind: WorkKind, *, limit: int) -> list[duplicates.Alike]:
    return duplicates.like(
        request.GET.get("q", "").replace("\0", ""),
        kind=kind,
        language=request.GET.get("language", "en")[:LONGEST_TAG],
        at=moment_of(request),
        but=number_in(request.GET.get("but", ""), digits=DIGITS_OF_KEY),
        limit=limit,
    )


def _line(each: duplicates.Alike, before: str) -> dict[str, str]:
    standing = "Live" if each.is_live else f"On the desk, {each.work.owner or 'nobody’s'}"
    return {
        "title": each.title,
        "address": reverse(each.work.desk_view, args=[each.work.pk]),
        "standing": f"{before}{standing}",
    }
