"""The options of a request, in the query or as fields of the form that carries the photo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from mettici.errors import BadRequestError
from mettici.messages import MAX_TAG_LENGTH, TAG, accepted_languages, negotiated

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

Tag = Annotated[str, StringConstraints(max_length=MAX_TAG_LENGTH, pattern=TAG)]
"""A BCP 47 language tag."""


def request_language(request: HTTPConnection, tag: str | None = None) -> str:
    """The language of the response: from `tag`, else `lang` in the query, else Accept-Language, else English."""
    preferred = tag or request.query_params.get("lang", "")
    return negotiated(preferred, *accepted_languages(request.headers.get("accept-language", "")))


class Options(BaseModel):
    """Options of `POST /v1/check` and `POST /v1/rank`."""

    model_config = ConfigDict(extra="forbid")

    policy: str | None = Field(
        None,
        max_length=64,
        description="Name of a policy that comes with mettici. Default: the one the service was started with.",
        examples=["professional", "linkedin"],
    )
    lang: Tag | None = Field(
        None,
        description="Language of messages and advice, as a BCP 47 tag. Default: from the Accept-Language header.",
        examples=["it"],
    )
    crop: bool = Field(False, description="Include the suggested crop as a picture: upright, full size, no metadata.")
    annotate: bool = Field(False, description="Include the photo with its findings drawn on it.")
    preview: bool = Field(
        False,
        description="Include the upright photo at 1024 px, and `drawing`: where the face, head and findings are.",
    )
    translations: bool = Field(
        False, description="Include every text in all languages, so that a page can switch without a new request."
    )

    def with_fields(self, fields: Mapping[str, str]) -> Options:
        """These options, overridden by the fields of a form. Raises `BadRequestError`."""
        try:
            return Options.model_validate({**self.model_dump(exclude_unset=True), **fields})
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0]) if first["loc"] else "?"
            raise BadRequestError("parameter", name=name, detail=first["msg"]) from error
