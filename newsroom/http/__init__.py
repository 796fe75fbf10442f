"""Tools for requests and URLs, independent of content: time, language, client IP, limits, problem documents."""
