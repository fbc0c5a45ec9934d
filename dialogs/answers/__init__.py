"""Reading what people type: lenient about form, strict about meaning, never a guess."""

from dialogs.answers.explaining import explain
from dialogs.answers.outcome import Answer, Code, Offer, Read, Unclear, Understood
from dialogs.answers.reading import read_answer

__all__ = ["Answer", "Code", "Offer", "Read", "Unclear", "Understood", "explain", "read_answer"]
