"""Plans of several shapes, for the views of a plan."""

from __future__ import annotations

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.engine import Capabilities, Engine
from runner.core.file_changes import FileChange, FileStatus
from runner.core.plan import Action, Change, Effect, FieldDiff, Pace, Phase, Plan, Reason, Step
from runner.core.span import Position, Span
from runner.core.struct import replace
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


def crowd() -> Plan:
    """Many equal changes, and replicas that differ in the same fields."""
    services = [
        Change(Address("service", f"svc-{number:02}"), Action.CREATE, (Reason.MISSING,)) for number in range(40)
    ]
    mode = FieldDiff("environment.MODE", "dev", "prod", Reason.CONFIG, Effect.REPLACE)
    web = [Change(Address("service", "web", at), Action.REPLACE, (Reason.CONFIG,), (mode,)) for at in range(1, 7)]
    other = Change(Address("service", "web", 7), Action.REPLACE, (Reason.DEPENDENCY,))
    gone = [Change(Address("network", f"n{at}"), Action.DELETE, (Reason.ORPHAN,)) for at in (1, 2, 3)]
    data = [
        Change(Address("volume", f"v{at}"), Action.DELETE, (Reason.ORPHAN,), destroys_data=True) for at in (1, 2, 3)
    ]
    return Plan("shop", ENGINE, (*services, *web, other, *gone, *data))


def texts() -> Plan:
    """Content behind digests: known, not known, sensitive, new, and gone; and values of several lines."""
    config, before = "configs./etc/app.conf", "listen 80\nworkers 4\nlog off\nname shop\n"
    after = before.replace("80", "8080").replace("shop", "the shop with a name that takes more room than most have")
    known = (FieldDiff(config, before, after, Reason.CONFIG, Effect.REPLACE),)
    long = "".join(f"line {number}\n" for number in range(40))
    options = (
        FieldDiff("build.args.RELEASE", "1.0", "1.1", Reason.CONFIG, Effect.REPLACE),
        FieldDiff("build.target", None, "final", Reason.CONFIG, Effect.REPLACE),
    )
    script = ("sh", "-c", "echo one\necho two\n"), ("sh", "-c", "echo one\necho three\n")
    page = Change(
        Address("image", "page"),
        Action.REPLACE,
        (Reason.CONFIG,),
        (
            _digests("build.options", options),
            _digests("build.dockerfile"),
            FieldDiff("build.bases", "f4c469c5af69", UNKNOWN, Reason.IMAGE, Effect.REPLACE, is_digest=True),
        ),
        "build",
    )
    web = Change(
        Address("service", "web"),
        Action.REPLACE,
        (Reason.CONFIG,),
        (
            _digests(config, known),
            _digests("configs./etc/long.conf", (FieldDiff("x", None, long, Reason.CONFIG, Effect.REPLACE),)),
            replace(_digests("secrets./run/secrets/db"), before="***", after="***"),
            FieldDiff("command", *script, Reason.CONFIG, Effect.REPLACE),
            FieldDiff("labels.note", "one\ntwo\n", "one\r\ntwo", Reason.CONFIG, Effect.UPDATE),
        ),
    )
    return Plan("shop", ENGINE, (page, web))


def _digests(path: str, details: tuple[FieldDiff, ...] = ()) -> FieldDiff:
    before, after = "1f2e3d4c5b6a", "a6b5c4d3e2f1"
    return FieldDiff(path, before, after, Reason.CONFIG, Effect.REPLACE, is_digest=True, details=details)


def rolls() -> Plan:
    """Services of a swarm whose tasks are replaced: two of three at a time, one on each node, and all at once."""
    mode = FieldDiff("environment.MODE", "dev", "prod", Reason.CONFIG, Effect.ROLL)
    paces = {"web": Pace(2, 3), "agent": Pace(1), "batch": Pace(None, 4)}
    return Plan(
        "shop",
        ENGINE,
        tuple(
            Change(Address("container", name), Action.UPDATE, (Reason.CONFIG,), (mode,), "roll", pace=pace)
            for name, pace in paces.items()
        ),
    )


PLANS = {plan.__name__: plan for plan in (mixed, unchanged, impossible, crowd, texts, rolls)}
