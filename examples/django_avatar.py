"""An avatar upload with Django, in one file. Run: python examples/django_avatar.py runserver --noreload

Then: curl -F photo=@me.jpg -H 'Accept-Language: it' http://127.0.0.1:8000/avatar
"""

import sys

from django import forms
from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path

from mettici.integrations.django import ProfilePhotoValidator

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1", "localhost", "testserver"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for this example",
    MIDDLEWARE=["django.middleware.locale.LocaleMiddleware"],  # the request's language
    LANGUAGES=[("en", "English"), ("it", "Italiano")],
)
application = get_wsgi_application()


class AvatarForm(forms.Form):
    """A model's field takes the same validator: models.ImageField(validators=[ProfilePhotoValidator()])."""

    photo = forms.ImageField(validators=[ProfilePhotoValidator()])


def avatar(request: HttpRequest) -> JsonResponse:
    """Only photos that were not rejected are kept."""
    form = AvatarForm(request.POST, request.FILES)
    if not form.is_valid():
        return JsonResponse(form.errors.get_json_data(), status=422)
    return JsonResponse({"bytes": form.cleaned_data["photo"].size})


urlpatterns = [path("avatar", avatar)]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
