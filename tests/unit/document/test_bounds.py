import pytest

from runner.document.node_composer import MAX_ALIASED
from runner.document.syntax_errors import MAX_DEPTH


def test_the_deepest_allowed_nesting_is_read(document):
    levels = MAX_DEPTH - 1
    value = document("a: " + "[" * levels + "]" * levels + "\n").value(("a",))
    for _ in range(levels - 1):
        (value,) = value
    assert value == []


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH,
        "a: " + "[" * 100_000,
        "a: " + "{a: " * 5_000,
        "- " * 5_000,
        "\n".join(f"{' ' * level}a:" for level in range(500)),
        "? " * 5_000,
    ],
)
def test_deep_nesting_is_refused_without_a_traceback(read, text):
    assert [finding.code for finding in read(text)[1]] == ["too-deep"]


def test_depth_counts_through_aliases(read):
    half = MAX_DEPTH // 2 + 1
    text = f"a: &a {'[' * half}{']' * half}\nb: {'[' * half}*a{']' * half}\n"
    assert [finding.code for finding in read(text)[1]] == ["too-deep"]


def test_many_aliases_to_something_small_are_fine(document):
    text = "x-a: &a {b: 1}\n" + "".join(f"c{number}: *a\n" for number in range(5_000))
    assert len(document(text).data) == 5_000


def test_merge_keys_count_as_aliases(read):
    lines = [f"a0: &a0 {{{', '.join(f'k{number}: 1' for number in range(1_000))}}}"]
    lines += [f"a{number}: &a{number}\n  <<: *a{number - 1}" for number in range(1, MAX_ALIASED // 1_000 + 2)]
    assert [finding.code for finding in read("\n".join(lines))[1]] == ["alias-bomb"]


def test_many_nested_references_are_refused(read):
    text = "a: " + "${A:-" * 5_000 + "}" * 5_000
    assert [finding.message for finding in read(text)[1]] == ["nested too deep"]


def test_a_number_of_too_many_digits_is_text(document):
    assert document(f"a: {'9' * 5_000}\n").value(("a",)) == "9" * 5_000
