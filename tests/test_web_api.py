"""The HTTP API on a real socket: answers, problems, limits, headers."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pillow_heif
import pytest
from jsonschema import Draft202012Validator
from PIL import Image
from web_server import form_photo, serving

from mettici import PhotoChecker
from mettici.checks import all_checks
from mettici.policy import names
from mettici.web import create_app, schema
from mettici.web.problems import MEDIA_TYPE

GOOD = "portrait_good.jpg"


@pytest.fixture(scope="module")
def api() -> Iterator[httpx.Client]:
    with serving() as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def closed(answer: str) -> Draft202012Validator:
    """The schema of an answer in the API document, with unknown fields forbidden."""
    kinds = create_app().openapi()["components"]["schemas"]
    for kind in kinds.values():
        if "properties" in kind:
            kind["additionalProperties"] = False
    return Draft202012Validator({"$ref": f"#/components/schemas/{answer}", "components": {"schemas": kinds}})


def without_time(report: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in report.items() if k != "timing_ms"}


def test_a_form_and_a_raw_body_get_the_library_s_report(
    api: httpx.Client, samples: Path, checker: PhotoChecker
) -> None:
    data = (samples / GOOD).read_bytes()
    expected = json.loads(json.dumps(checker.check(data, name=GOOD).to_dict("it")))
    by_form = api.post("/v1/check", files=form_photo(samples, GOOD), data={"lang": "it"})
    by_body = api.post("/v1/check?lang=it", content=data, headers={"Content-Type": "image/jpeg"})
    assert by_form.status_code == by_body.status_code == 200
    assert without_time(by_form.json()) == without_time(expected)
    assert without_time(by_body.json()) == without_time({**expected, "path": "-"})
    assert by_form.headers["Content-Language"] == "it"


@pytest.mark.parametrize("name", [GOOD, "thing_cat.jpg", "drawn_flat_avatar.png", "spoiled_two_people.jpg"])
def test_answers_match_the_api_document(api: httpx.Client, samples: Path, name: str) -> None:
    answer = api.post("/v1/check?preview=true&crop=true&annotate=true", files=form_photo(samples, name)).json()
    closed("ReportAnswer").validate(answer)
    assert [c["id"] for c in answer["checks"]] == [c.id for c in all_checks()]


def test_photos_from_phones_are_judged(api: httpx.Client, samples: Path) -> None:
    """The extra `web` includes HEIC."""
    sent = io.BytesIO()
    with Image.open(samples / GOOD) as image:
        pillow_heif.from_pillow(image).save(sent, quality=90)
    answer = api.post("/v1/check?crop=true&preview=true", files={"photo": ("IMG_0001.HEIC", sent.getvalue())})
    assert answer.status_code == 200
    assert (answer.json()["verdict"], answer.json()["photo"]["format"]) == ("accept", "HEIF")
    assert answer.json()["pictures"]["preview"]["media_type"] == "image/jpeg"


def test_pictures_are_sent_on_request(api: httpx.Client, samples: Path) -> None:
    plain = api.post("/v1/check", files=form_photo(samples, "spoiled_off_centre.jpg")).json()
    assert "pictures" not in plain
    asked = {"crop": "true", "annotate": "true", "preview": "true"}
    body = api.post("/v1/check", params=asked, files=form_photo(samples, "spoiled_off_centre.jpg")).json()
    pictures = {k: Image.open(io.BytesIO(base64.b64decode(v["base64"]))) for k, v in body["pictures"].items()}
    assert list(pictures["crop"].size) == body["crop"]["box"][2:]
    assert pictures["preview"].size == (720, 720)
    assert pictures["annotated"].width > 720
    again = api.post("/v1/check", content=base64.b64decode(body["pictures"]["crop"]["base64"])).json()
    assert again["verdict"] == body["crop"]["verdict_after"] == "accept"


def test_texts_are_sent_in_every_language_on_request(api: httpx.Client, samples: Path) -> None:
    asked = {"preview": "true", "translations": "true", "lang": "it"}
    body = api.post("/v1/check", params=asked, files=form_photo(samples, "spoiled_off_centre.jpg")).json()
    closed("ReportAnswer").validate(body)
    assert set(body["translations"]) >= {"en", "it"}
    spoken = body["translations"]["it"]
    assert (spoken["titles"], spoken["cropping"]) == (body["titles"], body["cropping"])
    for check in body["checks"]:
        assert (spoken["messages"][check["id"]], spoken["advice"][check["id"]]) == (check["message"], check["advice"])
    assert body["translations"]["en"]["messages"] != spoken["messages"]
    names = ["spoiled_dark.jpg", "broken/text.jpg", GOOD]
    files = [("photos", (n, (samples / n).read_bytes())) for n in names]
    ranked = api.post("/v1/rank", params=asked, files=files).json()
    closed("RankAnswer").validate(ranked)
    assert ranked["translations"]["it"] == {"why": ranked["why"], "behind": ranked["behind"]}
    assert ranked["behind"][0] == ""
    assert ranked["behind"][1] != ranked["translations"]["en"]["behind"][1] != ""
    assert ranked["failed"][0]["translations"]["it"] == ranked["failed"][0]["error"]
    problem = api.post("/v1/check", params=asked, content=b"text").json()
    schema.Problem.model_validate(problem)
    assert problem["translations"]["it"] == {"detail": problem["detail"], "remedy": problem["remedy"]}


def test_the_best_photo_comes_first(api: httpx.Client, samples: Path) -> None:
    names = ["thing_cat.jpg", "spoiled_dark.jpg", "broken/text.jpg", GOOD]
    files = [("photos", (n, (samples / n).read_bytes())) for n in names]
    answer = api.post("/v1/rank?lang=en", files=files).json()
    closed("RankAnswer").validate(answer)
    assert [r["index"] for r in answer["ranking"]] == [3, 1, 0]
    assert "exposure" in answer["why"]
    (failed,) = answer["failed"]
    assert (failed["index"], failed["error"]["code"]) == (2, "not_an_image")


def test_the_coach_gives_at_most_two_hints(api: httpx.Client, samples: Path) -> None:
    for name in (GOOD, "spoiled_tilted.jpg", "spoiled_far_away.jpg", "thing_cat.jpg", "spoiled_dark.jpg"):
        answer = api.post("/v1/coach?lang=en", content=(samples / name).read_bytes()).json()
        schema.CoachAnswer.model_validate(answer)
        assert answer["green"] is not bool(answer["hints"])
        hints = {h["id"] for h in answer["hints"]}
        wanted = {"spoiled_tilted.jpg": "head_pose", "thing_cat.jpg": "face_present", "spoiled_dark.jpg": "exposure"}
        assert answer["green"] if name == GOOD else wanted.get(name, "face_size") in hints, name


def test_the_checks_are_listed(api: httpx.Client) -> None:
    english, italian = (api.get("/v1/checks", params={"lang": lang}).json() for lang in ("en", "it"))
    assert [c["id"] for c in english["checks"]] == [c.id for c in all_checks()]
    assert english["checks"][0]["title"] != italian["checks"][0]["title"]
    assert api.get("/v1/checks?policy=linkedin").json()["policy"]["name"] == "linkedin"


def test_the_policies_are_listed_and_can_be_chosen(api: httpx.Client, samples: Path) -> None:
    english, italian = (api.get("/v1/policies", params={"lang": lang}).json()["policies"] for lang in ("en", "it"))
    assert [p["name"] for p in english] == ["professional", *(n for n in names() if n != "professional")]
    assert all(one["about"] and one["about"] != other["about"] for one, other in zip(english, italian, strict=True))
    cv = next(p for p in english if p["name"] == "cv")
    assert cv["crop"] == {"shape": "3:4", "size": [531, 708]}
    assert cv["sources"]
    report = api.post("/v1/check", files=form_photo(samples, GOOD), data={"policy": "cv"}).json()
    assert report["policy"] == {"name": "cv", "version": cv["version"]}


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("broken/text.jpg", 415, "not_an_image"),
        ("broken/truncated.jpg", 422, "truncated"),
    ],
)
def test_a_photo_that_cannot_be_judged_is_a_problem(
    api: httpx.Client, samples: Path, name: str, status: int, code: str
) -> None:
    answer = api.post("/v1/check", content=(samples / name).read_bytes(), headers={"Accept-Language": "it-IT,en;q=.5"})
    body = answer.json()
    schema.Problem.model_validate(body)
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    assert answer.headers["Content-Language"] == "it"
    assert body["remedy"]


@pytest.mark.parametrize(
    ("method", "path", "arguments", "status", "code"),
    [
        ("POST", "/v1/check", {}, 422, "empty"),
        ("POST", "/v1/check?lang=no tag", {"content": b"x"}, 422, "bad_request"),
        ("POST", "/v1/check?nothing=1", {"content": b"x"}, 422, "bad_request"),
        ("POST", "/v1/check?policy=../pyproject.toml", {"content": b"x"}, 422, "bad_policy"),
        ("POST", "/v1/check", {"data": {"lang": "no tag"}, "files": {"photo": b"x"}}, 422, "bad_request"),
        ("POST", "/v1/check", {"files": [("photo", b"x"), ("photo", b"x")]}, 422, "bad_request"),
        (
            "POST",
            "/v1/check",
            {"data": {"lang": "it"}, "files": {}, "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
            422,
            "bad_request",
        ),
        ("POST", "/v1/rank", {"files": [("photos", b"x")] * 9}, 422, "bad_request"),
        ("GET", "/v1/check", {}, 405, "no_such_page"),
        ("GET", "/nowhere", {}, 404, "no_such_page"),
        ("GET", "/static/../app.py", {}, 404, "no_such_page"),
    ],
)
def test_invalid_requests(
    api: httpx.Client, method: str, path: str, arguments: dict[str, Any], status: int, code: str
) -> None:
    answer = api.request(method, path, **arguments)
    schema.Problem.model_validate(answer.json())
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_every_answer_has_the_security_headers(api: httpx.Client) -> None:
    for path in ("/", "/static/app.js", "/healthz", "/nowhere", "/openapi.json"):
        headers = api.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == ("no-cache" if path.startswith("/static") else "no-store")


def test_the_page_uses_the_browser_s_language(api: httpx.Client) -> None:
    italian = api.get("/", headers={"Accept-Language": "it"}).text
    assert '<html lang="it">' in italian
    assert "Mettici la faccia" in italian
    assert '<html lang="en">' in api.get("/?lang=en", headers={"Accept-Language": "it"}).text
    for text in (italian, api.get("/").text):
        assert " style=" not in text
        assert "<style" not in text
        assert "http://" not in text.replace("http://www.w3.org", "")
        assert "https://" not in text


def test_the_document_has_examples(api: httpx.Client) -> None:
    document = api.get("/openapi.json").json()
    posted = document["paths"]["/v1/check"]["post"]
    assert set(posted["responses"]) >= {"200", "408", "413", "415", "422", "429", "503"}
    body = posted["responses"]["200"]["content"]["application/json"]
    assert body["schema"] == {"$ref": "#/components/schemas/ReportAnswer"}
    closed("ReportAnswer").validate(body["example"])
    ranked = document["paths"]["/v1/rank"]["post"]["responses"]["200"]["content"]
    closed("RankAnswer").validate(ranked["application/json"]["example"])
    for status in ("413", "503"):
        schema.Problem.model_validate(posted["responses"][status]["content"][MEDIA_TYPE]["example"])
