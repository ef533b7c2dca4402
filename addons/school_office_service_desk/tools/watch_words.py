"""Words that tell that a child may be in danger. Pure Python.

Chinese has no spaces between words, so a word is found wherever it stands; a word of
Latin letters counts as a whole word only ("rape" is not in "grapes").
"""

import re
import unicodedata

_SPLIT = re.compile(r"[\n,;，；、]+")
_LATIN = re.compile(r"^[a-z0-9' -]+$")


def word_list(text):
    """Return the words of a setting: one a line or separated by commas, in order."""
    words = (_fold(word).strip() for word in _SPLIT.split(text or ""))
    return list(dict.fromkeys(word for word in words if word))


def found(words, *texts):
    """Return the words that occur in the texts, in the order of the list."""
    text = _fold("\n".join(text for text in texts if text))
    if not text:
        return []
    # Signs put between the letters of a word hide it from nobody.
    dense = re.sub(r"[\W_]+", "", text)
    return [
        word
        for word in words
        if (
            re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text)
            if _LATIN.match(word)
            else word in text or re.sub(r"[\W_]+", "", word) in dense
        )
    ]


def _fold(text):
    return unicodedata.normalize("NFKC", text).casefold()
