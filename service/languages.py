"""The language of a text, by statistics over its characters (py3langid, after Lui & Baldwin 2012)."""

import py3langid

SAMPLE = 5000  # code points that are looked at


def detect_language(text: str) -> str | None:
    """ISO 639-1 code of the language that a text is most likely in; None where that language has no such code."""
    label = py3langid.classify(text[:SAMPLE])[0]
    if label in ("yue", "wuu"):
        label = "zh"
    return label if len(label) == 2 else None
