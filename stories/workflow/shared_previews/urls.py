"""URLs for shared previews, each with the token that opens it."""

from django.urls import path

from stories.workflow.shared_previews.views import comments, image, preview, question

urlpatterns = [
    path("preview/<str:token>/", preview, name="shared_preview"),
    path("preview/<str:token>/comments/", comments, name="shared_preview_comments"),
    path("preview/<str:token>/questions/<uuid:uid>/", question, name="shared_preview_question"),
    path("preview/<str:token>/pictures/<uuid:uid>/<str:name>", image, name="shared_preview_image"),
]
