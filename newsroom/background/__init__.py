"""Background tasks: the worker, its heartbeat, retries, failed tasks, and recurring checks."""
