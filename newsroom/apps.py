"""The admin of the project: Django's own, on our site."""

from django.contrib.admin.apps import AdminConfig


class NewsroomAdminConfig(AdminConfig):
    """Puts our admin site where Django expects its own."""

    default_site = "newsroom.admin_site.NewsroomAdminSite"
