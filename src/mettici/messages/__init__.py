"""Every text that mettici shows to people, in gettext catalogues in this folder, one `LANGUAGE.po` per language.

A language is available if its file exists. `say` looks up a text by its key, and falls back to English if the language
lacks it; `negotiated` finds the language for any BCP 47 tag. Placeholders are those of `str.format`, numbers are
formatted for the language, and an entry with plural forms selects one by the placeholder `count`.
"""

from mettici.messages.catalogues import has, say, section, template
from mettici.messages.languages import FALLBACK, MAX_TAG_LENGTH, TAG, accepted_languages, languages, negotiated

__all__ = [
    "FALLBACK",
    "MAX_TAG_LENGTH",
    "TAG",
    "accepted_languages",
    "has",
    "languages",
    "negotiated",
    "say",
    "section",
    "template",
]
