"""What the parts of a policy are made of: strict records, and types of their fields."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from bff.locale.language import Language

Level = Annotated[int, Field(ge=1, le=5)]
Count = Annotated[int, Field(ge=1)]
Places = Annotated[int, Field(ge=1, le=1_000_000)]
Hour = Annotated[int, Field(ge=0, le=24)]
Minor = Annotated[int, Field(ge=0)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Words = Annotated[str, Field(min_length=1)]
Code = Annotated[str, Field(min_length=1, max_length=64)]


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def __copy__(self) -> Self:
        """Without what is worked out from the fields: `model_copy` may give the copy others."""
        copied = super().__copy__()
        for derived in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[derived]
        return copied


class Text(Strict):
    zh: Words
    en: Words

    def in_(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en
