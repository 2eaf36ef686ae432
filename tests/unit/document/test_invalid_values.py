def test_a_value_in_error_is_marked_invalid_and_the_rest_goes_on(read):
    document, found = read("""\
        containers:
          web:
            image: nginx:${TAG}
            command: [a, $HOME, b]
            user: !custom me
            tty: *undefined
            labels: {fine: 1}
        """)
    assert [finding.code for finding in found] == [
        "unknown-variable",
        "interpolation",
        "unknown-tag",
        "undefined-alias",
    ]
    web = ("containers", "web")
    assert document.invalid == {(*web, "image"), (*web, "command", 1), (*web, "user"), (*web, "tty")}
    assert document.value((*web, "image")) == "nginx:${TAG}"
    assert document.value((*web, "labels")) == {"fine": 1}


def test_a_poisoned_value_behind_an_alias_is_reported_once(read):
    document, found = read("a: &a [$BARE]\nb: *a\n")
    assert [finding.code for finding in found] == ["interpolation"]
    assert document.invalid == {("a", 0), ("b", 0)}


def test_the_uses_of_a_variable_without_value_are_poisoned_and_not_reported(read):
    document, found = read("variables: {A: }\nb: ${A}\nc: ${A:?please}\nd: ${A:-x}\n")
    assert [finding.message for finding in found] == ['variable "A" has no value']
    assert document.invalid == {("b",), ("c",)}
    assert document.value(("d",)) == "x"


def test_the_uses_of_a_refused_value_are_poisoned(read):
    document, found = read("variables: {A: {default: x, enum: [y]}}\nb: ${A:-z}\n")
    assert [finding.code for finding in found] == ["variable-value"]
    assert document.invalid == {("b",)}
