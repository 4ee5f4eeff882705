"""What a request may ask for: in the query, or as fields of the form that carries the photo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from mettici.errors import BadRequestError
from mettici.messages import MAX_TAG_LENGTH, TAG, accepted_languages, negotiated

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

Tag = Annotated[str, StringConstraints(max_length=MAX_TAG_LENGTH, pattern=TAG)]
"""A BCP 47 tag, as requests may name one."""


def wanted(request: HTTPConnection, named: str | None = None) -> str:
    """The language for the tag `named`, else that in the query, else the browser's in their order; else English."""
    asked = named or request.query_params.get("lang", "")
    return negotiated(asked, *accepted_languages(request.headers.get("accept-language", "")))


class Options(BaseModel):
    """Of `POST /v1/check` and `POST /v1/rank`."""

    model_config = ConfigDict(extra="forbid")

    policy: str | None = Field(
        None,
        max_length=64,
        description="The name of a policy that comes with mettici; the service's own where left out.",
        examples=["professional", "linkedin"],
    )
    lang: Tag | None = Field(
        None,
        description="Language of messages and advice, as a BCP 47 tag; the Accept-Language header's where left out.",
        examples=["it"],
    )
    crop: bool = Field(False, description="Give the suggested crop as a picture: upright, full size, no metadata.")
    annotate: bool = Field(False, description="Give the photo with its findings drawn on it, as a picture.")
    preview: bool = Field(
        False, description="Give the upright photo at 1024 px, and `drawing`: where face, head and findings are in it."
    )
    translations: bool = Field(
        False, description="Give every text in each language as well, so that a page can switch without asking again."
    )

    def with_fields(self, fields: Mapping[str, str]) -> Options:
        """These, and those of a form; the form's prevail. Raises `BadRequestError`."""
        try:
            return Options.model_validate({**self.model_dump(exclude_unset=True), **fields})
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0]) if first["loc"] else "?"
            raise BadRequestError("parameter", name=name, detail=first["msg"]) from error
