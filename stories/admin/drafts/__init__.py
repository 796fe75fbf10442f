"""What somebody is typing, as the page and what checks find on it: at once, and nothing is saved."""

from stories.admin.drafts.live_preview import LiveScreens

__all__ = ["LiveScreens"]
