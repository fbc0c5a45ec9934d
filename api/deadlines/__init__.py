"""Reminders before filing windows close, and what people answer to them."""
