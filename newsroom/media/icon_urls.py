"""URL patterns of the icons, the logo and the manifest of the site."""

from newsroom.media.icons import site_file
from newsroom.public_pages import PublicPage

FILES = {
    "favicon": "favicon.ico",
    "apple_icon": "apple-touch-icon.png",
    "icon_192": "icon-192.png",
    "icon_512": "icon-512.png",
    "icon_maskable": "icon-maskable-512.png",
    "logo": "logo.png",
    "manifest": "site.webmanifest",
}

urlpatterns = [PublicPage(file, site_file, {"file": file}, name=name, queries=0) for name, file in FILES.items()]
