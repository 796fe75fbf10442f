"""Publish a corpus of invented stories, always the same ones, for measurements and for trying the desk."""

from stories.demo.corpus.generate import analyze, make

__all__ = ["analyze", "make"]
