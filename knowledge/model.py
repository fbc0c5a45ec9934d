"""What every model here shares: frozen, strict about keys, texts in two languages."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

Language = Literal["zh", "en"]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
FactId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]


class Frozen(BaseModel):
    """A value read from a file: immutable, and a key it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=False)


class Text(Frozen):
    """A text for people in both languages."""

    zh: Line
    en: Line

    def of(self, language: Language) -> str:
        """The text in one language."""
        return self.zh if language == "zh" else self.en


class MaybeText(Frozen):
    """A text that may exist in Chinese only, such as a reading of a clause."""

    zh: Line
    en: Line | None = None

    def of(self, language: Language) -> str:
        """The text in one language; Chinese where there is no translation."""
        return self.zh if language == "zh" or self.en is None else self.en
