"""Explainers and common questions: from the desk to the reader."""
