"""The web chat: its page, and the conversation over it by a cookie."""
