"""Autosave: store what is typed before it is saved; list, compare, restore and discard it."""
