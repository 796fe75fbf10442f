"""Background tasks: the worker, its heartbeat, retries, failed tasks, recurring checks and cleanup."""
