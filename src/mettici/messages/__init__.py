"""Every sentence that mettici says to people: one gettext catalogue a language, `LANGUAGE.po`, in this folder.

A language is there because its file is. `say` gives a sentence by its key, and falls back to English where a language
lacks it; `negotiated` finds the language for any BCP 47 tag. Placeholders are those of `str.format`, numbers are
written as the language writes them, and an entry with plural forms picks its own by the placeholder `count`.
"""

from mettici.messages.catalogues import has, room, say, template
from mettici.messages.languages import FALLBACK, LONGEST, TAG, accepted, languages, negotiated

__all__ = ["FALLBACK", "LONGEST", "TAG", "accepted", "has", "languages", "negotiated", "room", "say", "template"]
