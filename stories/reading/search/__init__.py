"""Searching what readers can read: what was asked, what was found, what it can be narrowed to, what is suggested."""

from stories.reading.search.asked import Asked as Asked
from stories.reading.search.found import Found as Found
from stories.reading.search.page import SearchPage as SearchPage
from stories.reading.search.suggestions import suggestions_for as suggestions_for
