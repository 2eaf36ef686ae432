"""Plans as text and as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from runner.core.plan import Effect, FieldDiff, Reason
from runner.core.redact import Redactor
from runner.core.struct import replace
from runner.views.lines import text_of
from runner.views.plan import plan_lines
from runner.views.plan_json import plan_json
from runner.views.text_width import cells
from runner.views.writer import STYLES
from tests.unit.views.plans import PLANS, mixed, unchanged

SCHEMAS = Path(__file__).parents[3] / "schemas"
Golden = Callable[[str, str], None]


def schema(name: str) -> dict:
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))


def rendered(lines) -> str:
    return "".join(f"{text_of(line).rstrip()}\n" for line in lines)


@pytest.mark.parametrize("width", [40, 80, 120, 200])
@pytest.mark.parametrize("name", PLANS)
def test_a_plan_as_text(name: str, width: int, golden: Golden):
    golden(f"plan.{name}.{width}", rendered(plan_lines(PLANS[name](), host="unix:///run/docker.sock", width=width)))


def test_a_verbose_plan_lists_what_stays_as_it_is(golden: Golden):
    golden("plan.mixed.verbose", rendered(plan_lines(mixed(), verbose=True)))


def test_a_diff_fits_where_its_names_leave_room():
    _header, *rest = plan_lines(mixed(), width=80)
    assert all(cells(text_of(line)) <= 80 for line in rest)


@pytest.mark.parametrize("width", [40, 80, 120, None])
@pytest.mark.parametrize("long", [{"A": ("x" * 90, "{}", "y" * 90)}, "x" * 500 + "{}" + "y" * 500], ids=["map", "text"])
def test_long_values_that_differ_are_never_shown_alike(long: Any, width: int | None):
    before, after = (_filled(long, text) for text in ("old", "new"))
    diff = FieldDiff("environment", before, after, Reason.CONFIG, Effect.REPLACE)
    (change,) = (change for change in mixed().changes if change.address.name == "db")
    shown = rendered(plan_lines(replace(mixed(), changes=(replace(change, diff=(diff,)),)), width=width))
    assert re.search(r"o.* → .*n", shown)


def _filled(long: Any, text: str) -> Any:
    return {"A": tuple(one.format(text) for one in long["A"])} if isinstance(long, dict) else long.format(text)


def test_an_unchanged_plan_is_one_line():
    assert rendered(plan_lines(unchanged(), source="shop.yaml")) == (
        "No changes: up to date with shop.yaml (3 resources)\n"
    )


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_as_json_keeps_to_its_schema(name: str):
    Draft202012Validator(schema("plan")).validate(json.loads(json.dumps(plan_json(PLANS[name]()))))


def test_a_plan_as_json(golden: Golden):
    golden("plan.mixed.json", json.dumps(plan_json(mixed()), indent=1) + "\n")


def test_the_plan_schema_is_closed():
    with pytest.raises(ValidationError, match="surprise"):
        Draft202012Validator(schema("plan")).validate({**plan_json(mixed()), "surprise": 1})


def test_both_schemas_are_valid_and_describe_what_they_share_alike():
    plan, event = schema("plan"), schema("event")
    Draft202012Validator.check_schema(plan)
    Draft202012Validator.check_schema(event)
    shared = plan["$defs"].keys() & event["$defs"].keys()
    assert {"address", "action", "reason", "fieldDiff", "related"} <= shared
    assert all(plan["$defs"][name] == event["$defs"][name] for name in shared)
    assert plan["$defs"]["diagnostic"]["properties"].items() <= event["$defs"]["finding"]["properties"].items()


def test_a_redacted_plan_shows_no_secret():
    plan = Redactor(frozenset({"--verbose"})).plan(mixed())
    shown = rendered(plan_lines(plan)) + json.dumps(plan_json(plan))
    assert "--verbose" not in shown
    assert '"***"' in shown


def test_colours_are_those_that_a_theme_makes_legible_on_dark_and_on_light():
    names = {word for style in STYLES.values() for word in style.split()}
    assert names.isdisjoint({"black", "white", "bright_black", "bright_white", "on"})
    assert not [name for name in names if name.startswith(("#", "rgb", "color("))]
