"""Watching the program: its queues, what is stuck in them, its health and its metrics."""
