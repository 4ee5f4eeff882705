"""An avatar upload with Flask. Run: flask --app examples/flask_avatar.py run

Then: curl -F photo=@me.jpg http://127.0.0.1:5000/avatar
"""

from flask import Flask

from mettici.integrations.flask import kept_photo, request_language

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 10 * 2**20  # of the whole request


@app.post("/avatar")
def avatar() -> dict[str, object]:
    """Only photos that were not rejected come past the first line: cropped where that fixes them, without the place."""
    photo = kept_photo(policy="professional", crop=True)
    kept = photo.data  # store it where avatars live
    return {
        "bytes": len(kept),
        "type": photo.content_type,
        "cropped": photo.cropped,
        "score": round(photo.report.score),
        "warnings": photo.advice(request_language()),
    }
