"""Persons, their organisations, the subjects they speak about, and what is known of those."""
