"""Metadata of public pages: the head of a page, and its graph of structured data.

The functions here take page objects, such as those of ``stories.public.pages``, and make no queries. The vocabulary is
schema.org 29 in JSON-LD 1.1. ``docs/schemas/structured-data.json`` is the schema of the graphs.
"""

from stories.public.structured_data.graphs import build_graph as build_graph
from stories.public.structured_data.heads import Head as Head
from stories.public.structured_data.heads import build_head as build_head
from stories.public.structured_data.site import Site as Site
