"""What the documents say, and what follows from it. Pure: no clock, no network, no database."""
