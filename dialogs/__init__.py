"""The conversation: trees, turns, replies. Pure: it performs nothing and asks no clock."""
