"""The forms that values of a Compose file can have: data only; reading, checking and printing walk over them."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TypeAlias

from runner.core.struct import Struct
from runner.document.core_schema import Plain
from runner.document.nodes import MappingNode, Node

Read: TypeAlias = "Callable[[Plain], Plain]"
"""Makes the canonical value of what is written; ValueError says what is expected instead."""
Short: TypeAlias = "Callable[[Node], tuple[Node, ...]]"
"""Makes the long form of a short one, or several; `short.errors.ShortFormError` says what is wrong."""
Complete: TypeAlias = "Callable[[MappingNode], MappingNode]"
"""Adds to a map, or changes it; `short.errors.ShortFormError` says what is wrong."""


class Type(Enum):
    """The types of YAML's scalars, as a bit of a set of them would be called in a message."""

    TEXT = "a text"
    INTEGER = "a whole number"
    NUMBER = "a number"
    BOOLEAN = "true or false"
    NULL = "nothing"


class Cast(Enum):
    """The type that a text is turned into before anything looks at it, which is how a `${VARIABLE}` can be a number."""

    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"


class Merge(Enum):
    """How the value of a later file is combined with that of an earlier one."""

    DEEP = "maps are merged by key, lists appended, the rest replaced"
    REPLACE = "replaced"
    PAIRS = "united by name"
    NAMES = "united by name, lists are taken as maps"
    DEPENDENCIES = "united by service, lists are taken as maps"
    HOSTS = "appended, but the same entry twice"
    BUILD = "merged by key, a text is the context"
    LOGGING = "merged by key if the driver is the same, else replaced"
    LATER = "the later one wins as a whole"
    POOLS = "merged by subnet"


class Identity(Enum):
    """What makes two entries of a list the same one, of which the later is kept."""

    NAME = "the part before ="
    TARGET = "the path of a mount in the container"
    DEVICE = "the path of a device in the container"
    PORT = "address, ports and protocol"
    SECRET = "the target of a secret"
    CONFIG = "the target of a config"
    FILE = "the path"
    WHOLE = "the entry"


class Scalar(Struct, kw_only=True):
    """A single value."""

    phrase: str
    """Completes "expected …"."""
    types: tuple[Type, ...]
    read: Read
    cast: Cast | None = None
    pattern: str | None = None
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    kept: bool = False
    """Whether 0, false and "" are something else than nothing."""


class Items(Struct, kw_only=True):
    """A list."""

    item: Form
    distinct: bool = True
    """Whether the same item twice is an error."""
    single: bool = False
    """Whether a single item may stand for a list of it."""
    late: bool = False
    """Whether such an item stays one until all files are merged."""
    short: Short | None = None
    """Makes several items out of one."""
    everything: Short | None = None
    """Makes what the text "all" stands for."""
    drops_empty: bool = False
    """Whether an item without text counts as none."""


class Pairs(Struct, kw_only=True):
    """Names with single values: a map, or a list of NAME=VALUE."""

    empty: str | None = ""
    """What stands for a name without a value; None: it stays null."""
    listed: bool = True
    """Whether a list is accepted."""
    types: tuple[Type, ...] = (Type.TEXT, Type.NUMBER, Type.BOOLEAN, Type.NULL)
    needs_value: bool = False
    """Whether each item of a list must have a value."""


class Hosts(Struct):
    """Host names and their addresses: a map, or a list of NAME=ADDRESS or NAME:ADDRESS."""


class Agents(Struct):
    """SSH agents and keys: a map, or a list of ID=PATH or "default"."""


class Command(Struct):
    """A command line: a text, which is split as a shell does, or a list of arguments."""

    nullable: bool = True


class Test(Struct):
    """The command of a healthcheck: a text for the shell, or a list that begins with its kind."""


class Named(Struct, kw_only=True):
    """A map from names, which the file chooses, to values of one form."""

    value: Form
    pattern: str = r"[a-zA-Z0-9._-]+"
    strict: bool = True
    """Whether another name is an error."""
    listed: bool = False
    """Whether a list of names may stand for it."""
    merge: Merge = Merge.DEEP
    """How the values of one name are combined."""
    always: bool = False
    """Whether the map around it always has it, with nothing in it if need be."""


class Record(Struct, kw_only=True):
    """A map of fixed keys, in the order in which they are printed."""

    keys: tuple[Key, ...]
    short: Short | None = None
    """Makes it of a single value."""
    complete: Complete | None = None
    """Fills in, at the reading of each file, what is implied."""
    default: Complete | None = None
    """Fills in, after all files are merged, what was left out."""
    phrase: str = "a map"
    nullable: bool = False
    extensions: bool = True
    """Whether keys that begin with x- are let through."""
    closed: bool = True
    """Whether another key is an error."""
    always: bool = False
    """Whether the map around it always has it, with nothing in it if need be."""

    def key(self, name: str) -> Key | None:
        """Return the row of a key."""
        return next((one for one in self.keys if one.name == name), None)


class Either(Struct):
    """A single value, or a map."""

    scalar: Scalar
    record: Record


class Anything(Struct):
    """Whatever the file says."""


Form: TypeAlias = Scalar | Items | Pairs | Hosts | Agents | Command | Test | Named | Record | Either | Anything


class Key(Struct, kw_only=True):
    """THE ROW of a key."""

    name: str
    form: Form
    merge: Merge = Merge.DEEP
    unique: Identity | None = None
    required: bool = False
    shown: bool = True
    """Whether `config` prints it; the others have been used up by then."""
    json_name: str | None = None
    """Its name in the JSON, where Compose has forgotten to give it the usual one."""
    json_shown: bool = True
    """Whether the JSON has it, too."""
    zero: Plain = None
    """What is printed where it isn't set."""
    json_zero: bool = True
    """Whether the JSON has it even if it is 0."""
    null_shown: bool = False
    """Whether the JSON has it even if it isn't set."""
