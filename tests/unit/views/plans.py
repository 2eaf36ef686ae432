"""Plans of several shapes, for the views of a plan."""

from __future__ import annotations

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.engine import Capabilities, Engine
from runner.core.file_changes import FileChange, FileStatus
from runner.core.plan import Action, Change, Effect, FieldDiff, Phase, Plan, Reason, Step
from runner.core.span import Position, Span
from runner.core.values import UNKNOWN

ENGINE = Engine(
    "docker",
    "20.10.24",
    "1.41",
    "linux",
    "amd64",
    Capabilities(storage_driver="overlay2", cgroup_version="1"),
)


def mixed() -> Plan:
    """One change of each sort."""
    build = Change(Address("image", "web"), Action.CREATE, (Reason.MISSING,), verb="build")
    files = (
        FileChange(FileStatus.CHANGED, 2, ("app.py", "static/x.css")),
        FileChange(FileStatus.ADDED, 14, tuple(f"pages/{number}.html" for number in range(14))),
    )
    content = FieldDiff("build.context", "1f2e3d4c5b6a", "a6b5c4d3e2f1", Reason.CONFIG, Effect.REPLACE, files)
    page = Change(Address("image", "page"), Action.REPLACE, (Reason.CONFIG,), (content,), "build")
    web = Change(
        Address("container", "web"),
        Action.REPLACE,
        (Reason.IMAGE, Reason.CONFIG),
        (
            FieldDiff("image", "sha256:" + "1f2e3d4c5b6a" + "0" * 52, UNKNOWN, Reason.IMAGE, Effect.REPLACE),
            FieldDiff("environment.MODE", "dev", "prod", Reason.CONFIG, Effect.REPLACE),
            FieldDiff("command", ("serve",), ("serve", "--verbose", "x" * 60), Reason.CONFIG, Effect.REPLACE),
            FieldDiff("init", None, True, Reason.CONFIG, Effect.REPLACE),
        ),
    )
    db = Change(
        Address("container", "db", 2),
        Action.UPDATE,
        (Reason.DRIFT,),
        (FieldDiff("limits.memory", 67108864, 134217728, Reason.DRIFT, Effect.UPDATE),),
    )
    old = Change(Address("volume", "old"), Action.DELETE, (Reason.ORPHAN,), destroys_data=True)
    same = Change(Address("network", "default"), Action.NOOP)
    steps = (Step(0, build, Phase.APPLY), Step(1, web, Phase.APPLY, frozenset({0})), Step(2, old, Phase.DELETE))
    return Plan("shop", ENGINE, (build, page, web, db, old, same), steps)


def unchanged() -> Plan:
    """Nothing to do."""
    return Plan("shop", ENGINE, tuple(Change(Address("network", name), Action.NOOP) for name in "abc"))


def impossible() -> Plan:
    """Something stands in the way."""
    span = Span("workflow.yaml", Position(2, 1), Position(2, 4))
    problem = Diagnostic("taken", 'a network named "shop_web" is there and isn\'t ours', span, "remove or rename it")
    return Plan("shop", ENGINE, unchanged().changes, problems=(problem,))


PLANS = {plan.__name__: plan for plan in (mixed, unchanged, impossible)}
