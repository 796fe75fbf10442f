"""Backups of a site: made, listed, deleted, checked, restored, and tried out in a drill.

A backup is a dump of the database as it was at one moment, with all files that its rows name, in a store of its own::

    erasures.jsonl                  what was erased, and must be erased again after a restore
    media/ab/abcd…                  a file of the site under its SHA-256, once for all backups
    2026-11-28T031500Z/             a backup, named by its time in UTC
        manifest.json               written last
        manifest.json.sha256
        database/                   the dump of PostgreSQL, or database.sqlite3.gz
"""
