"""Conversations: their state, transcript, and the host that performs what a turn asks for."""
