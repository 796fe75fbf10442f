"""Publish a corpus of invented stories, always the same ones, for measurements and for trying the desk."""

from stories.demo.corpus.generate import publish_corpus, update_statistics

__all__ = ["publish_corpus", "update_statistics"]
