"""The drafts of works: conversion between rows and documents, revisions, and searches and lists for the desk."""

from stories.drafts.article_urls import update_articles
from stories.drafts.create import CreatedWorks, create_works
from stories.drafts.references import UnknownImageError
from stories.drafts.restore import restore, restore_temporarily
from stories.drafts.rows import DraftRows
from stories.drafts.snapshot import build_document, build_documents, build_documents_from_rows

__all__ = [
    "CreatedWorks",
    "DraftRows",
    "UnknownImageError",
    "build_document",
    "build_documents",
    "build_documents_from_rows",
    "create_works",
    "restore",
    "restore_temporarily",
    "update_articles",
]
