"""About pages, error pages, files for machines, reader reports, and the template context of every page."""
