"""runner schema: the schemas of files and output, for editors and other programs."""

from __future__ import annotations

from collections.abc import Mapping

from runner.cli.echo import echo


def run(what: str) -> None:
    """Print a schema, or a page of the reference."""
    if what == "workflow":
        echo(workflow_schema_text())
    elif what == "reference":
        echo(_reference())
    elif what == "compose":
        echo(compose_keys().rstrip())
    elif what == "commands":
        from runner.cli.commands_page import commands_page

        echo(commands_page().rstrip())
    elif what == "errors":
        echo(_error_table())
    else:
        echo(_shipped(what))


def compose_keys() -> str:
    """Return the page of Compose's keys."""
    from runner.compose.mapping.page import keys_page
    from runner.kinds.container import CONTAINER
    from runner.resource.service_binding import NotInService, service_of

    services = {row.name: service_of(row) for row in CONTAINER.rows}
    return keys_page(
        {
            f"containers.KEY.{name}": f"it {service.reason}; {service.help}"
            for name, service in services.items()
            if isinstance(service, NotInService)
        }
    )


def workflow_schema_text() -> str:
    """Return the JSON Schema of workflow files."""
    import json

    from runner.kinds import SECTIONS
    from runner.resource.schema import workflow_schema

    return json.dumps(workflow_schema(SECTIONS), indent=2, ensure_ascii=False)


def _reference() -> str:
    from runner.kinds import SECTIONS
    from runner.resource.reference_page import reference_page

    return reference_page(SECTIONS, section_examples()).rstrip()


def section_examples() -> Mapping[str, str]:
    """Return the example of each section, and of the top-level keys, by its name."""
    from importlib.resources import files

    texts = files("runner").joinpath("examples").iterdir()
    return {text.name.removesuffix(".yaml"): text.read_text(encoding="utf-8") for text in texts}


def _error_table() -> str:
    from runner.app.explanations import all_explanations
    from runner.views.explanation import markdown_table

    return markdown_table(all_explanations()).rstrip()


def _shipped(what: str) -> str:
    """Return one of the handwritten schemas; that of workflow files is generated from the kinds' tables."""
    from importlib.resources import files

    return files("runner").joinpath("schemas", f"{what}.schema.json").read_text(encoding="utf-8").rstrip()
