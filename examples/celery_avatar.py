"""Judging photos in Celery workers. Run: celery --workdir examples -A celery_avatar worker

Then, where the photo lies on a disk that the worker sees: judge.delay("/photos/me.jpg").get()
"""

import os
from typing import Any

from celery import Celery

from mettici import PhotoChecker, PhotoError

app = Celery("avatars", broker=os.environ.get("CELERY_BROKER_URL", "amqp://127.0.0.1"), backend="rpc://")
checker = PhotoChecker(policy="professional")  # light: each worker process loads the networks at its first photo


@app.task
def judge(path: str, lang: str = "en") -> dict[str, Any]:
    """The report; or why there is none: a photo that cannot be read will not be readable at the next try either."""
    try:
        return checker.check(path).to_dict(lang)
    except PhotoError as error:
        return {"path": path, "error": {"code": error.code, "message": str(error), "remedy": error.remedy}}
