"""Requests for a person: hand-offs and objections, kept for the staff."""
