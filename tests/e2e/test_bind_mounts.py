"""Files and folders of the host: colons in their paths, sources that are missing, and those that were replaced."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.harness.cli import Cli
from tests.harness.engine import Engine
from tests.harness.live import Live
from tests.harness.step import step


def mounting(*mounts: str) -> str:
    return f"containers: {{web: {{<<: *idle, volumes: [{', '.join(mounts)}]}}}}"


def told(cli: Cli, *, severity: str) -> list[tuple[str, str]]:
    """Return code and message of what a plan tells: problems, which keep it from being applied, or warnings."""
    planned = cli("plan", "-o", "json").json
    return [(one["code"], one["message"]) for one in planned[severity]]


def test_a_colon_in_a_path_is_part_of_it(cli: Cli, workflow: Callable, live: Live) -> None:
    folder = cli.folder / "a:b"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "page").write_text("here")
    long = "{type: bind, source: './a:b/data', target: '/long:form', read_only: true}"
    workflow(mounting("'./a:b/data:/short:ro'", long))
    cli("apply").exits(0)
    mounts = {mount["Destination"]: (mount["Source"], mount["RW"]) for mount in live.container("web")["Mounts"]}
    assert mounts == dict.fromkeys(["/short", "/long:form"], (str(folder / "data"), False))
    cli("plan", "--detailed-exitcode").exits(0)

    with step("a checkout under such a path works as any other"):
        workflow(mounting("'./data:/data'"))
        (cli.folder / "workflow.yaml").rename(folder / "workflow.yaml")
        cli("apply", "a:b/workflow.yaml").exits(0)
        cli("plan", "a:b/workflow.yaml", "--detailed-exitcode").exits(0)

    with step("what engines cannot say is an error with its place"):
        workflow(mounting("'./a:b/data:/data:z'"))
        assert "workflow.yaml:" in (refused := cli("validate").exits(2)).stderr
        assert "colon" in refused.stderr


def test_a_missing_source_is_told_of_by_what_it_is_to_be(cli: Cli, workflow: Callable, live: Live) -> None:
    with step("a folder: a warning, and it is made as ever"):
        workflow(mounting("'./site:/site'"))
        ((code, message),) = told(cli, severity="warnings")
        assert code == "mount-missing"
        assert str(cli.folder / "site") in message
        assert "workflow.yaml:" in cli("plan").exits(0).stderr
        cli("apply").exits(0)
        assert (cli.folder / "site").is_dir()
        assert not told(cli, severity="warnings")

    with step("a file by the name of either side: an error, and nothing is made"):
        for mount in ("'./nginx.conf:/etc/settings'", "'./settings:/etc/nginx.conf'"):
            workflow(mounting(mount))
            assert [code for code, _ in told(cli, severity="problems")] == ["mount-missing"]
            assert "workflow.yaml:" in cli("apply").exits(1).stderr
        assert not (cli.folder / "nginx.conf").exists()
        assert not (cli.folder / "settings").exists()

    with step("one that must exist: an error; one that is to be made: no word"):
        option = "{{type: bind, source: ./other, target: /other, bind: {{create_host_path: {}}}}}"
        workflow(mounting(option.format("false")))
        assert "create_host_path is false" in told(cli, severity="problems")[0][1]
        workflow(mounting(option.format("true")))
        assert not told(cli, severity="warnings")
        cli("apply").exits(0)
        assert (cli.folder / "other").is_dir()
        cli("plan", "--detailed-exitcode").exits(0)

    with step("what lies in a folder that is mounted elsewhere may yet come"):
        job = "jobs: {make: {image: 'busybox:stable', command: [touch, /out/made.conf], volumes: ['./other:/out']}}\n"
        workflow(job + mounting("'./other/made.conf:/made.conf'").replace("web: {", "web: {depends_on: [make], "))
        assert not told(cli, severity="problems")


@pytest.mark.parametrize("source", ["./nowhere", "./nowhere/below", "./page/below"])
@pytest.mark.parametrize("made", ["", ", bind: {create_host_path: true}"], ids=["", "to be made"])
def test_where_no_folder_can_be_made_a_missing_source_is_an_error(
    cli: Cli, workflow: Callable, live: Live, source: str, made: str
) -> None:
    (cli.folder / "nowhere").symlink_to("not-there")
    (cli.folder / "page").write_text("here")
    workflow(mounting(f"{{type: bind, source: '{source}', target: /data{made}}}"))
    ((code, message),) = told(cli, severity="problems")
    assert code == "mount-missing"
    assert ("a broken link" if "nowhere" in source else "a file") in message
    assert "would create a folder" not in message
    cli("apply").exits(1)
    assert not live.containers


def test_a_link_to_what_the_run_makes_may_yet_lead_somewhere(cli: Cli, workflow: Callable) -> None:
    (cli.folder / "out").mkdir()
    (cli.folder / "current").symlink_to("out/release")
    job = "jobs: {make: {image: 'busybox:stable', command: [mkdir, /out/release], volumes: ['./out:/out']}}\n"
    workflow(job + mounting("'./current:/site'").replace("web: {", "web: {depends_on: [make], "))
    assert not told(cli, severity="problems")
    cli("apply").exits(0)


def test_links_sockets_and_what_is_elsewhere_are_not_missing(
    cli: Cli, workflow: Callable, engine: Engine, live: Live
) -> None:
    (cli.folder / "release.1").mkdir()
    (cli.folder / "current").symlink_to("release.1")
    socket = engine.url.removeprefix("unix://")
    workflow(mounting("'./current:/site'", f"'{socket}:/var/run/docker.sock'"))
    assert not told(cli, severity="warnings") + told(cli, severity="problems")
    cli("apply").exits(0)
    assert not told(cli, severity="warnings")


@pytest.mark.parametrize("way", ["file", "folder", "link"])
def test_a_source_that_was_replaced_under_a_running_container_is_told_of(
    cli: Cli, workflow: Callable, live: Live, way: str
) -> None:
    old, new = cli.folder / "old.conf", cli.folder / "new.conf"
    for path in (old, new):
        path.write_text(path.name) if way == "file" else path.mkdir()
    source = cli.folder / "app.conf" if way == "link" else old
    if way == "link":
        source.symlink_to(old)
    workflow(mounting(f"'{source}:/app.conf'"))
    cli("apply").exits(0)
    assert not told(cli, severity="warnings")

    if way == "link":
        source.unlink()
        source.symlink_to(new)
    elif way == "folder":
        old.rmdir()
        new.rename(old)
    else:
        new.replace(old)
    ((code, message),) = told(cli, severity="warnings")
    assert code == "mount-replaced"
    assert str(source) in message
    assert "docker restart" in cli("plan", "--detailed-exitcode").exits(0).stderr

    cli("destroy").exits(0)
    cli("apply").exits(0)
    assert not told(cli, severity="warnings")


@pytest.mark.parametrize("odd", ["\\u2028", "\\u2029", "\\x85", "\\xa0", "\\u3000", " ", "'"])
def test_a_mount_is_found_whatever_characters_are_in_its_path(
    cli: Cli, workflow: Callable, live: Live, odd: str
) -> None:
    (cli.folder / "data").mkdir()
    workflow(mounting(f'"./data:/da{odd}ta"'))
    cli("apply").exits(0)
    (cli.folder / "data").rename(cli.folder / "moved")
    (cli.folder / "data").mkdir()
    assert [code for code, _ in told(cli, severity="warnings")] == ["mount-replaced"]
    cli("destroy").exits(0)
    assert not live.containers
