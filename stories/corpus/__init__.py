"""Makes as many invented stories as somebody wants to measure or to try the desk with, always the same ones."""

from stories.corpus.making import make, settle

__all__ = ["make", "settle"]
