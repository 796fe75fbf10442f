"""Pages about us, and what every page knows of the site."""
