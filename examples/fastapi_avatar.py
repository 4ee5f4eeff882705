"""An avatar upload with FastAPI. Run: uvicorn --app-dir examples fastapi_avatar:app

Then: curl -F photo=@me.jpg http://127.0.0.1:8000/avatar
"""

from typing import Annotated

from fastapi import Depends, FastAPI, UploadFile

from mettici import Report
from mettici.integrations.fastapi import ProfilePhoto

app = FastAPI()
profile_photo = ProfilePhoto(policy="professional")  # light: the networks come with the first photo


@app.post("/avatar")
async def avatar(report: Annotated[Report, Depends(profile_photo)], photo: UploadFile) -> dict[str, object]:
    """Only photos that were not rejected come this far."""
    kept = await photo.read()  # store it where avatars live
    return {"bytes": len(kept), "score": round(report.score), "tips": report.advice()}
