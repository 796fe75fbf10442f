"""Tools for requests and URLs that are independent of content: time, language, client IP, limits, problem documents."""
