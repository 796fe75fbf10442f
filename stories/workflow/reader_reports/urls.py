"""The public pages for reader reports."""

from newsroom.public_pages import PublicPage
from stories.workflow.reader_reports.views import reports, thanks

urlpatterns = [
    PublicPage("reports/", reports, name="reader_report", queries=4),
    PublicPage("reports/thanks/", thanks, name="reader_report_thanks", queries=4),
]
