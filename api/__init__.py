"""The back end: HTTP API, web chat, persistence, commands, and the place where all is joined."""
