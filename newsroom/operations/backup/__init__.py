"""Make, list, delete, check and restore backups of a site, and test the newest one in a drill.

A backup is a dump of the database at one moment and, unless it is quick, the media files to which its rows refer
(renditions only on request). Backups are in a store::

    erasures.jsonl                  what was erased, and must be erased again after a restore
    media/ab/abcd…                  a media file under its SHA-256, once for all backups
    2026-11-28T031500Z/             a backup, named by its time in UTC
        manifest.json               written last
        manifest.json.sha256
        database/                   the dump of PostgreSQL, or database.sqlite3.gz
"""
