import os
import threading
from pathlib import Path

import pytest

DECLARED = "variables: {A: {default: declared}}\nvalue: ${A}\n"


def test_the_first_source_that_has_a_variable_wins(document, write):
    given = {}
    assert document(DECLARED).value(("value",)) == "declared"
    write("A=dotenv\n", ".env")
    assert document(DECLARED).value(("value",)) == "dotenv"
    given["environ"] = {"A": "environment"}
    assert document(DECLARED, **given).value(("value",)) == "environment"
    write("A=first\n", "first.env")
    write("A: second\n", "second.yaml")
    given["var_files"] = [Path("first.env")]
    assert document(DECLARED, **given).value(("value",)) == "first"
    given["var_files"].append(Path("second.yaml"))
    assert document(DECLARED, **given).value(("value",)) == "second"
    given["overrides"] = {"A": "override"}
    assert document(DECLARED, **given).value(("value",)) == "override"


def test_a_default_in_place_is_filled_from_the_sources_without_a_declaration(document):
    assert document("value: ${A:-default}\n", environ={"A": "given"}).value(("value",)) == "given"


def test_the_environment_is_no_declaration(read):
    _, found = read("value: ${A}\n", environ={"A": "given"})
    assert [(finding.code, str(finding.span)) for finding in found] == [("unknown-variable", "workflow.yaml:1:8")]


def test_yaml_variables_count_by_their_source_text(document, write):
    write("A: 0644\nN:\n", "vars.yml")
    read = document("variables: {A: , N: {default: n}}\nvalue: ['a${A}', '${N}']\n", var_files=[Path("vars.yml")])
    assert read.value(("value",)) == ["a0644", "n"]


def test_a_bare_name_in_a_variable_file_takes_the_environments_value(document, write):
    write("A\nB\n", "vars.env")
    read = document("variables: {B: b}\nvalue: '${A:-a}${B}'\n", var_files=[Path("vars.env")], environ={"A": "given"})
    assert read.value(("value",)) == "givenb"


def test_a_folder_called_dot_env_is_left_alone(document, tmp_path):
    (tmp_path / ".env").mkdir()
    assert document("version: 1\n").data == {"version": 1}
    (tmp_path / ".env").rmdir()
    (tmp_path / "venv").mkdir()
    (tmp_path / ".env").symlink_to("venv")
    assert document("version: 1\n").data == {"version": 1}


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("nowhere", 'no such file ".env"'),
        (".env", 'can\'t read ".env": too many levels of symbolic links'),
        ("/dev/zero", '".env" is too large'),
    ],
)
def test_a_dot_env_that_leads_to_no_file_is_an_error(read, tmp_path, target, message):
    (tmp_path / ".env").symlink_to(target)
    _, found = read("variables: {A: {default: a}}\n")
    assert [finding.message for finding in found] == [message]


def test_a_dot_env_may_be_a_pipe(document, tmp_path):
    os.mkfifo(tmp_path / ".env")
    writer = threading.Thread(target=(tmp_path / ".env").write_text, args=["A=piped\n"], daemon=True)
    writer.start()
    assert document(DECLARED).value(("value",)) == "piped"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("vars.yaml", "A: [1]\n", 'vars.yaml:1:4: "A" must be a single value'),
        ("vars.yaml", "- A\n", "vars.yaml:1:1: expected a mapping at the top, got a list"),
        ("vars.env", "A: 1\n", 'vars.env:1:2: expected "=" after the key'),
    ],
)
def test_a_wrong_variable_file_is_an_error_with_its_place(read, write, name, text, expected):
    write(text, name)
    _, found = read("version: 1\n", var_files=[Path(name)])
    assert [f"{finding.span}: {finding.message}" for finding in found] == [expected]


def test_a_missing_variable_file_is_an_error(read):
    _, found = read("version: 1\n", var_files=[Path("nowhere.env")])
    assert [finding.message for finding in found] == ['no such file "nowhere.env"']


def test_a_variable_file_that_is_not_utf8_is_an_error(read, tmp_path, write):
    write("")
    (tmp_path / "vars.env").write_bytes(b"A=1\nB=\xff\n")
    _, found = read("version: 1\n", var_files=[Path("vars.env")])
    assert [f"{finding.span}: {finding.message}" for finding in found] == ["vars.env:2:3: byte 0xff is not UTF-8"]


def test_an_override_that_nothing_declares_or_uses_is_an_error(read):
    _, found = read("variables: {TAG: 1}\nvalue: ${USED:-x}\n", overrides={"TGA": "2", "USED": "y"})
    assert [(finding.message, finding.help, finding.span) for finding in found] == [
        ('--var "TGA" is not declared here', 'did you mean "TAG"?', None)
    ]


def test_a_value_from_outside_is_held_against_enum_and_pattern(read):
    text = "variables: {A: {enum: [1, 2], pattern: '[0-9]'}}\n"
    assert read(text, overrides={"A": "2"})[1] == []
    _, found = read(text, environ={"A": "3"})
    assert [(finding.message, finding.help) for finding in found] == [
        ('"3" is not allowed for variable "A"', 'expected one of "1", "2"; set by the environment')
    ]


def test_a_pattern_must_match_the_whole_value(read):
    _, found = read("variables: {A: {pattern: 'v[0-9]'}}\n", overrides={"A": "v1; rm"})
    assert [finding.code for finding in found] == ["variable-value"]
