"""An avatar upload with FastAPI. Run: uvicorn --app-dir examples fastapi_avatar:app

Then: curl -F photo=@me.jpg http://127.0.0.1:8000/avatar
"""

from typing import Annotated

from fastapi import Depends, FastAPI

from mettici.integrations.fastapi import KeepProfilePhoto, request_language
from mettici.integrations.limit_body import LimitBody
from mettici.integrations.upload import KeptPhoto

app = FastAPI()
app.add_middleware(LimitBody, max_bytes=10 * 2**20)  # holds while the body arrives
keep_photo = KeepProfilePhoto(policy="professional", crop=True)  # light: the networks come with the first photo


@app.post("/avatar")
async def avatar(
    photo: Annotated[KeptPhoto, Depends(keep_photo)], lang: Annotated[str, Depends(request_language)]
) -> dict[str, object]:
    """Only photos that were not rejected come this far: cropped where that fixes them, upright, without the place."""
    kept = photo.data  # store it where avatars live
    return {
        "bytes": len(kept),
        "type": photo.content_type,
        "cropped": photo.cropped,
        "score": round(photo.report.score),
        "warnings": photo.advice(lang),
    }
