"""The image of the site, and what its containers run."""
