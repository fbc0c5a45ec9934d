"""The knowledge in use: documents, programmes, facts, and verdicts on demand."""
