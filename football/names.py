"""How club names are compared: folding, affixes, country codes and reserve teams.

Two names mean the same club when they fold to the same text: `FC Bayern München` and `fc bayern munchen`. What may be
left out beyond that (`FC`, `1.`, a year) is left out in a second step, so that a fuller match comes first.
"""

import re
import unicodedata
from typing import Final

# Letters that Unicode does not decompose into a base letter and an accent.
_LETTERS: Final = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ð": "d",
        "đ": "d",
        "þ": "th",
        "ł": "l",
        "ħ": "h",
        "ı": "i",
        "ŋ": "n",
        "ŧ": "t",
        "ə": "a",
        "ǝ": "a",
        "&": " and ",
    }
)
# Germans and Scandinavians themselves spell their letters out where they have to.
_SPELLED_OUT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_APOSTROPHES: Final = re.compile("['`´ʹʻʼʾʿ‘’′]")
_INITIALS: Final = re.compile(r"(?<!\w)(?:[^\W\d_]\.){2,}")
_WORD: Final = re.compile(r"[^\W_]+")
_YEAR: Final = re.compile(r"\d{2,4}")
_COUNTRY_CODE: Final = re.compile(r"(?P<name>.*\S)\s*[(\[](?P<country>[A-Za-z]{3})[)\]]\s*")

# Words for "club" of some kind, which do not tell which one. Not here: what tells clubs of one town apart (`AIK`).
_AFFIXES: Final = frozenset(
    {
        "1", "ac", "acd", "ad", "adc", "afc", "ao", "as", "asd", "bc", "bk", "bsc", "ca", "calcio", "cd", "ce",
        "cf", "cfc", "club", "clube", "cp", "cs", "csd", "csm", "da", "de", "do", "ec", "fb", "fbc", "fbk",
        "fc", "fcm", "fk", "football", "fotbal", "futbol", "futebol", "gfc", "gnk", "hnk", "hsk", "ifk", "jk",
        "kf", "ks", "ksc", "kv", "mfk", "mks", "msk", "nk", "nsc", "oc", "os", "ofc", "pfc", "pfk", "rc", "rcd",
        "rks", "sad", "sc", "scp", "sd", "sfc", "sk", "skc", "sp", "sportclub", "ssc", "ss", "sv", "tj", "tsv",
        "ud", "us", "usd", "uc", "vfb", "vfl", "vv", "фк",
    }
)  # fmt: skip
_RESERVES: Final = frozenset(
    {
        "ii", "iii", "iv", "b", "c", "u17", "u18", "u19", "u20", "u21", "u23", "jong", "castilla", "reserve",
        "reserves", "amateure", "juvenil", "promesas", "academy", "women", "ladies", "femenino", "feminino",
        "femeni", "feminin", "feminine", "feminines", "frauen", "w",
    }
)  # fmt: skip


def fold(text: str) -> str:
    """Text as it is compared: lower case, no accents, words of letters and digits with one space between.

    Initials are one word (`A.E.K.` is `aek`), apostrophes vanish, `&` is `and`. Folding twice changes nothing.
    """
    plain = text.casefold()
    if plain.isascii() and plain.replace(" ", "").isalnum():  # most names, at a tenth of the cost
        return " ".join(plain.split())
    if not plain.isascii():
        for _ in range(2):  # a letter that comes out of a decomposition may have a case, and a decomposition, again
            plain = unicodedata.normalize("NFKD", plain).casefold()
            plain = "".join([c for c in plain if not unicodedata.combining(c)]).translate(_LETTERS)
            if plain.isascii():
                break
        plain = _APOSTROPHES.sub("", plain)
    plain = plain.replace("'", "").replace("`", "").replace("&", " and ")
    if "." in plain:
        plain = _INITIALS.sub(lambda initials: f"{initials[0].replace('.', '')} ", plain)
    return " ".join(_WORD.findall(plain))


def fold_spelled_out(text: str) -> str:
    """Folded text with `ü` as `ue`, `å` as `aa` and so on, as in `FC Bayern Muenchen`."""
    if text.isascii():
        return fold(text)
    composed = unicodedata.normalize("NFC", text.casefold())
    return fold(composed.translate(_SPELLED_OUT))


def core(folded: str) -> str:
    """Folded name without words for "club"; the name itself if nothing else remains.

    >>> core("1 fsv mainz 05"), core("fc bayern munchen ii"), core("fc")
    ('fsv mainz 05', 'bayern munchen ii', 'fc')
    """
    return " ".join(w for w in folded.split() if w not in _AFFIXES) or folded


def without_years(folded: str) -> str:
    """Folded name without numbers of two to four digits, unless it is nothing else: `mainz 05` as `mainz`."""
    return " ".join(w for w in folded.split() if not _YEAR.fullmatch(w)) or folded


def is_reserve_name(folded: str) -> bool:
    """Whether a folded name says that it is a club's second, youth or women's team (`Bayern München II`)."""
    return not _RESERVES.isdisjoint(folded.split())


def split_country_code(name: str) -> tuple[str, str | None]:
    """Name and lower-case country code of a name like `FK Kairat (KAZ)`; the code is None if there is none."""
    coded = _COUNTRY_CODE.fullmatch(name)
    return (coded["name"], coded["country"].lower()) if coded else (name.strip(), None)


def slug(text: str) -> str:
    """Text as part of an id: folded, ASCII letters and digits only, words joined by hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", fold(text)))
