"""Messages to persons: rows before they are sent, once for each occasion and person."""
