"""What somebody is typing, as the page and what checks find on it: at once, and nothing is saved."""

from stories.admin.live.screen import LiveScreens

__all__ = ["LiveScreens"]
