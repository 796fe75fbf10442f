"""Renditions: the sizes and formats in which images are served."""
