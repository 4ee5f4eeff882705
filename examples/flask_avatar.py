"""An avatar upload with Flask. Run: flask --app examples/flask_avatar.py run

Then: curl -F photo=@me.jpg http://127.0.0.1:5000/avatar
"""

from flask import Flask, request

from mettici.integrations.flask import profile_photo

app = Flask(__name__)


@app.post("/avatar")
def avatar() -> dict[str, object]:
    """Only photos that were not rejected come past the first line."""
    report = profile_photo()
    kept = request.files["photo"].read()  # store it where avatars live
    return {"bytes": len(kept), "score": round(report.score), "tips": report.advice()}
