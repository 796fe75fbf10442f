"""Views of public pages: works, lists, and copies of pages."""
