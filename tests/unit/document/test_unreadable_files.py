import pytest

from runner.document import source
from runner.document.access import Access
from runner.document.files import Files
from runner.document.loader import load
from runner.document.root import ANYWHERE


def complain(path):
    texts = {}
    document, found = load(path, overrides={}, var_files=[], files=Files(Access(ANYWHERE)), texts=texts)
    assert document is None
    return found, texts


def test_a_missing_file_is_one_error_without_a_place(write):
    write("", "other.yaml")
    found, _ = complain("workflow.yaml")
    assert [(finding.code, finding.message, finding.span) for finding in found] == [
        ("file-missing", 'no such file "workflow.yaml"', None)
    ]


def test_a_folder_is_no_file(tmp_path):
    found, _ = complain(tmp_path)
    assert [finding.message for finding in found] == [f'"{tmp_path}" is a folder']


def test_a_path_with_a_null_byte_is_no_file():
    found, _ = complain("a\0b")
    assert [finding.code for finding in found] == ["file-unreadable"]


def test_a_file_that_may_not_be_opened_says_why(tmp_path):
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    found, _ = complain(tmp_path / "loop.yaml")
    assert found[0].message.startswith(f'can\'t read "{tmp_path}/loop.yaml": too many levels')


def test_a_huge_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "MAX_BYTES", 1000)
    path = tmp_path / "workflow.yaml"
    path.write_text("a: 1 #" + "x" * 994)
    assert load(path, overrides={}, var_files=[], files=Files(Access(ANYWHERE)))[1] == []
    path.write_text("a: 1 #" + "x" * 995)
    found, _ = complain(path)
    assert [finding.code for finding in found] == ["file-too-large"]


@pytest.mark.parametrize("content", [b"\xff\xfea\x00", b"a: \xc3\x28\n", b"\x80"])
def test_what_is_not_utf8_is_refused_with_its_place(tmp_path, content):
    path = tmp_path / "workflow.yaml"
    path.write_bytes(content)
    found, texts = complain(path)
    assert [finding.code for finding in found] == ["not-utf8"]
    assert found[0].span is not None
    assert str(path) in texts


@pytest.mark.parametrize("char", ["\0", "\x1b", "\x85", "\u2028", "\ufeff"])
def test_characters_that_no_text_should_hold_are_refused(tmp_path, char):
    path = tmp_path / "workflow.yaml"
    path.write_text(f"a: 1\nb: x{char}y\n", encoding="utf-8", newline="")
    found, _ = complain(path)
    assert [(finding.code, str(finding.span)) for finding in found] == [("control-character", f"{path}:2:5")]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_file_in_wide_characters_is_called_so_without_a_byte_order_mark_too(tmp_path, encoding):
    path = tmp_path / "workflow.yaml"
    path.write_text("version: 1\n", encoding=encoding)
    found, _ = complain(path)
    assert [finding.help for finding in found] == ["save the file as UTF-8: it looks like UTF-16 or UTF-32"]


def test_a_text_that_is_no_yaml_is_kept_for_its_excerpt(write):
    write("a: [\n")
    _, texts = complain("workflow.yaml")
    assert texts == {"workflow.yaml": "a: [\n"}


def test_a_diamond_of_includes_reads_each_file_once(document, write):
    write("include: [c.yaml]\n", "a.yaml")
    write("include: [./c.yaml]\n", "b.yaml")
    write("containers: {c: {}}\nvariables: {V: 1}\n", "c.yaml")
    assert document("include: [a.yaml, b.yaml]\n").data == {"containers": {"c": {}}}


def test_a_broken_include_hides_no_error_but_of_what_it_may_declare(read, write):
    write("variables: {PERHAPS: 1}\na: [\n", "broken.yaml")
    document, found = read("include: [broken.yaml]\na: $BARE\nb: ${PERHAPS}\nc: ${NOWHERE}\n")
    assert document is not None
    assert [finding.code for finding in found] == ["yaml-syntax", "interpolation", "unknown-variable"]
    assert [finding.hides_more for finding in found] == [True, False, False]


def test_a_missing_include_may_declare_anything(read):
    document, found = read("include: [gone.yaml]\na: $BARE\nb: ${PERHAPS}\n")
    assert document.unread.may_declare("PERHAPS")
    assert [finding.code for finding in found] == ["file-missing", "interpolation"]


def test_a_value_that_may_be_declared_sensitive_elsewhere_is_not_filled_in(read):
    document, _ = read("include: [gone.yaml]\nb: '${SECRET:-none}'\n", environ={"SECRET": "hunter2"})
    assert "hunter2" not in str(document.data)
