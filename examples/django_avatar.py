"""An avatar form with Django, in one file. Run: python examples/django_avatar.py runserver --noreload

Then open http://127.0.0.1:8000/avatar, and choose a photo.
"""

import sys
from pathlib import Path
from tempfile import mkdtemp

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from mettici.integrations.django import ProfilePhotoField

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1", "localhost", "testserver"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for this example",
    MIDDLEWARE=[
        "django.middleware.locale.LocaleMiddleware",  # the request's language, which errors and advice are in
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
    LANGUAGES=[("en", "English"), ("it", "Italiano"), ("es", "Español")],
    MEDIA_ROOT=mkdtemp(prefix="avatars-"),
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
)
application = get_wsgi_application()


class AvatarForm(forms.Form):
    """Takes accepted photos only; one that a crop would fix is refused with that crop, to be taken with a tick."""

    photo = ProfilePhotoField(policy="professional", taken=["accept"], crop="offer", max_bytes=10 * 2**20)


PAGE = engines["django"].from_string("""<!doctype html>
<html lang="{{ LANGUAGE_CODE }}"><meta name="viewport" content="width=device-width"><title>Avatar</title>
<style>
  body { max-width: 32rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 sans-serif }
  .errorlist { padding-left: 1.2rem; color: #b3261e } .success { color: #1a7f4b } .warning { color: #8a5200 }
  .mettici-crop img { max-width: 100%; border-radius: .5rem } button { margin-top: 1rem; padding: .4rem 1.5rem }
</style>
{% for message in messages %}<p class="{{ message.tags }}">{{ message }}</p>{% endfor %}
<form method="post" enctype="multipart/form-data">{% csrf_token %}{{ form.as_div }}<button>OK</button></form>
</html>""")


def avatar(request: HttpRequest) -> HttpResponse:
    """The form, what stands against a photo, and, once it is kept, what would make it better still."""
    form = AvatarForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        photo = form.cleaned_data["photo"]  # upright, without the place where it was taken
        kept = default_storage.save(photo.name, photo)
        messages.success(request, f"{Path(kept).name}: {photo.report.verdict.value}")
        for tip in photo.advice:
            messages.warning(request, tip)
        form = AvatarForm()
    elif request.method == "POST":
        status = 422
    told = {"form": form, "messages": messages.get_messages(request), "LANGUAGE_CODE": request.LANGUAGE_CODE}
    return HttpResponse(PAGE.render(told, request), status=status)


urlpatterns = [path("avatar", avatar)]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
