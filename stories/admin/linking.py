"""What is offered after “[[” in a text: stories, questions and topics that this person may see."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from newsroom.desk.responses import for_scripts, refused
from newsroom.http.clock import moment_of
from stories.drafts.link_search import linkable

LINK_PERMISSIONS = {"story": "stories.view_story", "question": "stories.view_faq", "topic": "topics.view_topic"}
MOST_LINKS = 8


@require_safe
@for_scripts
def linking(request: HttpRequest) -> HttpResponse:
    """Answer what fits ``q``, as JSON."""
    rights = [kind for kind, right in LINK_PERMISSIONS.items() if request.user.has_perm(right)]
    if not rights:
        return refused("This account may see neither stories nor topics.", status=403)
    query = request.GET.get("q", "").replace("\0", "")
    found = linkable(query, rights=rights, at=moment_of(request), limit=MOST_LINKS)
    return JsonResponse({"found": [asdict(each) for each in found]})
