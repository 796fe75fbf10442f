"""The audit log of a work, one sentence for each entry."""

from django.http import HttpRequest, HttpResponse

from newsroom.audit.entries import build_entries
from newsroom.audit.models import Event
from newsroom.notifications.inbox import notifications_about
from stories.admin.views.work.base import WorkView


class AuditLogView(WorkView):
    """List the audit entries about the work, newest first. The first page also lists the notifications about it."""

    template_name = "admin/stories/work/audit_log.html"

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        page = self.get_page(Event.objects.about(self.work.uid))
        notifications = notifications_about(self.work.uid) if page.number == 1 else []
        context = {
            "page": page,
            "entries": build_entries(page),
            "notifications": notifications,
            "title": f"Activity: {self.work}",
        }
        return self.render(context)
