"""Copies of a page for use elsewhere: text and data, feed entries, embeds and share images."""
