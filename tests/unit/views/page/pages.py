"""Pages of recorded runs, as the views' other tests know them."""

from __future__ import annotations

from collections.abc import Sequence

from runner.core.address import Address
from runner.core.event import LogRecord, Output, PlanChange, Progress
from runner.core.plan import Action, Change, Effect, FieldDiff, Plan, Reason
from runner.core.plan_order import PlanOrder
from runner.core.resource_state import State
from runner.core.state import Condition, Dependency
from runner.core.struct import replace
from runner.kinds import SECTIONS
from runner.views.page.page import run_page
from runner.views.page.report import RecordedRun, RunReport, report_of
from tests.unit.views import plans
from tests.unit.views.streams import DB, IMAGE, MIGRATE, NETWORK, PROXY, STARTED, WEB, Stream

ORDER = PlanOrder(
    {
        NETWORK: (),
        IMAGE: (),
        DB: (Dependency(NETWORK),),
        MIGRATE: (Dependency(IMAGE), Dependency(DB, Condition.HEALTHY)),
        WEB: (Dependency(IMAGE), Dependency(DB, Condition.READY), Dependency(MIGRATE, Condition.COMPLETED)),
        PROXY: (Dependency(WEB, Condition.STARTED),),
    },
    {DB: frozenset({NETWORK}), MIGRATE: frozenset({IMAGE, DB}), WEB: frozenset({IMAGE, DB}), PROXY: frozenset({WEB})},
)


def report(records: Sequence[LogRecord], order: PlanOrder | None = ORDER) -> RunReport:
    """Return the report of a stream, with the plan that its own events tell."""
    changes = [record.event for record in records if isinstance(record.event, PlanChange)]
    made = [
        Change(one.address, one.action, one.reasons, one.diff, one.verb, destroys_data=one.action is Action.DELETE)
        for one in changes
    ]
    plan = Plan("shop", plans.mixed().engine, tuple(made))
    address = "unix:///var/run/docker.sock"
    return report_of(RecordedRun(records=tuple(records), plan=plan, order=order, engine_address=address))


def page(records: Sequence[LogRecord], order: PlanOrder | None = ORDER) -> str:
    """Return the page of a stream."""
    return run_page(report(records, order), tuple(SECTIONS))


HOSTILE = (
    '</script><script>window.taken=1</script><img src=x onerror="window.taken=1">\N{RIGHT-TO-LEFT OVERRIDE}"\'&\x1b[31m'
)
"""What a program may write, or a user may name something."""


def hostile() -> list[LogRecord]:
    """A run in which every text is an attack."""
    web = Address("container", HOSTILE)
    diff = (FieldDiff(f"environment.{HOSTILE}", HOSTILE, (HOSTILE, {HOSTILE: 1}), Reason.CONFIG, Effect.REPLACE),)
    start = replace(STARTED, actor=HOSTILE, file=HOSTILE, commit=HOSTILE, versions={"runner": HOSTILE, HOSTILE: "1"})
    stream = Stream().add(start)
    stream.plan(web, Action.REPLACE, HOSTILE, Reason.CONFIG, diff=diff)
    stream.move(web, State.CREATING).add(Output(web, HOSTILE), Progress(web, HOSTILE, done=True))
    told = {"cause": HOSTILE, "help": HOSTILE, "tail": (HOSTILE,), "place": HOSTILE, "key": HOSTILE, "detail": HOSTILE}
    stream.move(web, State.FAILED, **told)
    return stream.finish("failed", 1, {"failed": 1})
