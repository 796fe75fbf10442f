"""The search page of the site: parameters, results, filters and suggestions."""

from stories.public.pages.search.advice import SearchAdvice as SearchAdvice
from stories.public.pages.search.hits import SearchResult as SearchResult
from stories.public.pages.search.query import SearchParameters as SearchParameters
from stories.public.pages.search.results import SearchPage as SearchPage
from stories.public.pages.search.results import count_sections as count_sections
from stories.public.pages.search.suggestions import find_suggestions as find_suggestions
