"""Makes as many invented stories as somebody wants to measure or to try the desk with, always the same ones."""

from stories.demo.corpus.generate import analyze, make

__all__ = ["analyze", "make"]
