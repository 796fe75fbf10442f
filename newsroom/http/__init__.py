"""Tools for requests and addresses that know no content: time, language, client address, limits, problem documents."""
