"""Search tokens for Chinese and mixed text, without a database extension.

PostgreSQL's own parsers do not split Chinese, and its trigrams cannot find a word of
one or two characters, which most Chinese words are. So every text is cut into
overlapping pieces here:

- text is normalised first (Unicode NFKC, so ``ＡＢＣ１２３`` is ``abc123``; lower case;
  blanks folded into one);
- a run of Han, kana or hangul characters gives each character and each pair of
  neighbours: ``学生会`` gives ``学 生 会 学生 生会``;
- a run of other letters and digits gives its pairs and its triples, and itself if it is
  a single character: ``2026`` gives ``20 02 26 202 026``.

A text that contains a word has all tokens of the word (``query_tokens``); the reverse
is not certain, therefore the database checks the few candidates again with LIKE.
"""

import re
import unicodedata

_IDEOGRAPHS = (
    "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U000323af"
)
_RUN = re.compile(f"([{_IDEOGRAPHS}]+)|((?:(?![{_IDEOGRAPHS}_])\\w)+)")
_BLANKS = re.compile(r"\s+")
# Longer texts are found by their beginning; a token list without end would make every
# insert slow. 200 000 characters are some 150 printed pages.
MAX_LENGTH = 200_000


def normalise(text):
    """Return ``text`` in the one form in which it is stored and looked for."""
    text = unicodedata.normalize("NFKC", text or "").lower().replace("\0", " ")
    return _BLANKS.sub(" ", text).strip()


def _runs(text):
    for match in _RUN.finditer(text):
        ideographs, letters = match.groups()
        yield (ideographs, True) if ideographs else (letters, False)


def _grams(run, size):
    return (run[i : i + size] for i in range(len(run) - size + 1))


def index_tokens(normalised):
    """Return the set of tokens under which a normalised text is found."""
    tokens = set()
    for run, ideographs in _runs(normalised[:MAX_LENGTH]):
        tokens.update(_grams(run, 2))
        if ideographs:
            tokens.update(run)
        else:
            tokens.update(_grams(run, 3))
            if len(run) == 1:
                tokens.add(run)
    return tokens


def query_tokens(normalised):
    """Return the fewest tokens that every text containing ``normalised`` has.

    A single letter or digit may stand anywhere inside a word, and letters are not kept
    one by one: it yields no token, LIKE alone decides.
    """
    tokens = set()
    for run, ideographs in _runs(normalised[:MAX_LENGTH]):
        if ideographs:
            tokens.update(_grams(run, 2) if len(run) > 1 else run)
        elif len(run) > 1:
            tokens.update(_grams(run, min(len(run), 3)))
    return tokens


def words(text):
    """Split what a user typed into normalised words; all of them must be found."""
    return normalise(text).split(" ") if normalise(text) else []
