"""A plan shows what differs in content that the engine has only a digest of, if the former content is known."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.harness.cli import Cli

FILE = """
variables: {{RELEASE: {{default: "{release}"}}, TOKEN: {{sensitive: true}}}}
images:
  built: {{build: {{dockerfile_inline: "FROM busybox:stable\\nARG RELEASE\\n", args: {{RELEASE: "${{RELEASE}}"}}}}}}
configs: {{app: {{file: app.conf}}, login: {{content: "token=${{TOKEN}}\\nsize={release}\\n"}}}}
secrets: {{key: {{file: key.txt}}}}
containers:
  web:
    <<: *idle
    stop_grace_period: 0s
    update: {{settle: 0s}}
    replicas: 2
    configs: [app, login]
    secrets: [key]
"""
TOKEN = {"TOKEN": "a-token-of-the-first-day"}


def test_content_is_shown_by_its_fields_and_lines_where_a_record_or_the_engine_has_it_and_a_secret_never(
    cli: Cli, clients: Callable[..., Cli], workflow: Callable
) -> None:
    def write(release: str, setting: str, *, to: Cli = cli) -> None:
        workflow(FILE.format(release=release), to=to)
        (to.folder / "app.conf").write_text(f"workers 4\nlisten {setting}\n")
        (to.folder / "key.txt").write_text(f"a-key-for-release-{release}\n")

    write("1.0", "80")
    cli("apply", env=TOKEN).exits(0)
    write("1.1", "8080")
    stranger = clients()
    write("1.1", "8080", to=stranger)

    known, elsewhere = (one("plan", env=TOKEN, logged=False).exits(0).stdout for one in (cli, stranger))

    assert 'build.args.RELEASE  "1.0" → "1.1"' in known
    assert "build.options  changed (before: unknown here)" in elsewhere
    for shown in (known, elsewhere):
        assert "container.web, web[2]  2 to replace" in shown
        assert shown.count("- listen 80\n") == shown.count("+ listen 8080\n") == 1, "of both replicas"
        assert re.search(r'configs./login +"\*\*\*" → "\*\*\*"', shown)
        assert "a-key-for-release" not in shown
        assert "size=" not in shown
