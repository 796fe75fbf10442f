"""Copies of a page for others: text and data, feed entries, embeds and share images."""
