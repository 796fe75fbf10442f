"""The public pages of the reader report form."""

from newsroom.public_pages import PublicPage
from stories.workflow.reader_reports.views import reports, thanks

urlpatterns = [
    PublicPage("reports/", reports, name="reports", queries=3),
    PublicPage("reports/thanks/", thanks, name="reports_thanks", queries=3),
]
