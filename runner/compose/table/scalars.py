"""The single values of the table: what may be written, and what Compose makes of it."""

from __future__ import annotations

from runner.compose import values
from runner.compose.table.form import Cast, Scalar, Type

_FEW = 2
_TEXT_OR_NUMBER = (Type.TEXT, Type.NUMBER)
_TEXT_OR_INTEGER = (Type.TEXT, Type.INTEGER)
_TEXT_OR_BOOLEAN = (Type.TEXT, Type.BOOLEAN)

TEXT = Scalar(phrase="a text", types=(Type.TEXT,), read=values.text)
TEXT_OR_NUMBER = Scalar(phrase="a text or a number", types=_TEXT_OR_NUMBER, read=values.text)
TEXT_OR_INTEGER = Scalar(phrase="a text or a whole number", types=_TEXT_OR_INTEGER, read=values.text)
FLAG = Scalar(phrase="true or false", types=_TEXT_OR_BOOLEAN, read=values.flag)
CAST_FLAG = Scalar(phrase="true or false", types=_TEXT_OR_BOOLEAN, read=values.flag, cast=Cast.BOOLEAN)
CHOSEN_FLAG = Scalar(phrase="true or false", types=_TEXT_OR_BOOLEAN, read=values.flag, kept=True)
CHOSEN_CAST_FLAG = Scalar(
    phrase="true or false", types=_TEXT_OR_BOOLEAN, read=values.flag, cast=Cast.BOOLEAN, kept=True
)
CHOSEN_STRICT_FLAG = Scalar(phrase="true or false", types=(Type.BOOLEAN,), read=values.flag, kept=True)
STRICT_FLAG = Scalar(phrase="true or false", types=(Type.BOOLEAN,), read=values.flag)
TEXT_OR_FLAG = Scalar(phrase="a text, or true or false", types=_TEXT_OR_BOOLEAN, read=values.text)

INTEGER = Scalar(phrase="a whole number", types=_TEXT_OR_NUMBER, read=values.integer, cast=Cast.INTEGER)
CHOSEN_UNCAST_INTEGER = Scalar(phrase="a whole number", types=_TEXT_OR_NUMBER, read=values.integer, kept=True)
UNCAST_INTEGER = Scalar(phrase="a whole number", types=_TEXT_OR_INTEGER, read=values.integer)
CHOSEN_INTEGER = Scalar(
    phrase="a whole number", types=_TEXT_OR_NUMBER, read=values.integer, cast=Cast.INTEGER, kept=True
)
WHOLE = Scalar(phrase="a whole number", types=_TEXT_OR_INTEGER, read=values.integer, cast=Cast.INTEGER)
CHOSEN_WHOLE = Scalar(
    phrase="a whole number", types=_TEXT_OR_INTEGER, read=values.integer, cast=Cast.INTEGER, kept=True
)
PLAIN_NUMBER = Scalar(phrase="a number", types=(Type.NUMBER,), read=values.integer)
PLAIN_INTEGER = Scalar(phrase="a whole number", types=(Type.INTEGER,), read=values.integer)
CHOSEN_PLAIN_INTEGER = Scalar(phrase="a whole number", types=(Type.INTEGER,), read=values.integer, kept=True)
REAL = Scalar(phrase="a number", types=_TEXT_OR_NUMBER, read=values.real, cast=Cast.FLOAT)
CPUS = Scalar(phrase="a number of CPUs", types=_TEXT_OR_NUMBER, read=values.real)

SIZE = Scalar(phrase='a size, such as "512m"', types=_TEXT_OR_NUMBER, read=values.size)
WHOLE_SIZE = Scalar(phrase='a size, such as "512m"', types=_TEXT_OR_INTEGER, read=values.size)
TMPFS_SIZE = Scalar(phrase='a size, such as "512m"', types=_TEXT_OR_INTEGER, read=values.size, least=0)
TEXT_SIZE = Scalar(phrase='a size, such as "512m", as text', types=(Type.TEXT,), read=values.size)
DURATION = Scalar(phrase='a duration, such as "1m30s"', types=(Type.TEXT,), read=values.duration, kept=True)
MODE = Scalar(phrase="file permissions, such as 0440", types=_TEXT_OR_NUMBER, read=values.mode, kept=True)
TMPFS_MODE = Scalar(phrase="file permissions, such as 0700", types=(Type.NUMBER,), read=values.unsigned)
COUNT = Scalar(phrase='a whole number or "all"', types=_TEXT_OR_INTEGER, read=values.count)

UNSIGNED = Scalar(
    phrase="a whole number that isn't negative",
    types=_TEXT_OR_INTEGER,
    read=values.unsigned,
    cast=Cast.INTEGER,
    kept=True,
)
SOME_DURATION = Scalar(phrase='a duration, such as "1m30s"', types=(Type.TEXT,), read=values.some_duration)
PORT = Scalar(phrase="a port", types=_TEXT_OR_INTEGER, read=values.unsigned, cast=Cast.INTEGER)
WEIGHT = Scalar(phrase="a whole number to 65535", types=(Type.INTEGER,), read=values.integer, least=0, most=65535)
RETRIES = Scalar(
    phrase="a whole number that isn't negative",
    types=_TEXT_OR_NUMBER,
    read=values.unsigned,
    cast=Cast.INTEGER,
    kept=True,
)
SCALE = Scalar(
    phrase="a whole number that isn't negative",
    types=_TEXT_OR_INTEGER,
    read=values.integer,
    cast=Cast.INTEGER,
    least=0,
    kept=True,
)

CPU_COUNT = Scalar(
    phrase="a whole number that isn't negative", types=_TEXT_OR_INTEGER, read=values.integer, cast=Cast.INTEGER, least=0
)
PERCENT = Scalar(
    phrase="a number from 0 to 100", types=_TEXT_OR_INTEGER, read=values.real, cast=Cast.FLOAT, least=0, most=100
)
OOM_SCORE = Scalar(
    phrase="a whole number from -1000 to 1000",
    types=_TEXT_OR_INTEGER,
    read=values.integer,
    cast=Cast.INTEGER,
    least=-1000,
    most=1000,
)
PULL_POLICY = Scalar(
    phrase="always, never, build, missing, daily, weekly, or every_ and a duration",
    types=(Type.TEXT,),
    read=values.pull_policy,
    pattern="always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+",
)


def choice(*texts: str) -> Scalar:
    """Return the form of one of some texts."""
    quoted = [f'"{text}"' for text in texts]
    phrase = f"one of {', '.join(quoted)}" if len(texts) > _FEW else " or ".join(quoted)
    return Scalar(phrase=phrase, types=(Type.TEXT,), read=values.text, choices=texts)


def matching(pattern: str, phrase: str) -> Scalar:
    """Return the form of a text in which something matches."""
    return Scalar(phrase=phrase, types=(Type.TEXT,), read=values.text, pattern=pattern)
