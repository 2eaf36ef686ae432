import pytest

FILE = """\
version: 1
x-shared: &shared {LEVEL: 010}
containers:
  web:
    environment:
      <<: *shared
      B: 0644
      V: 1.10
      C: yes
      T: true
      E:
      Q: "quoted"
    ports: ["80:80",
      443]
"""
ENVIRONMENT = ("containers", "web", "environment")


def place(span):
    return span.start.line, span.start.column, span.end.line, span.end.column


def test_a_value_and_its_key_have_their_own_places(document):
    read = document(FILE)
    assert place(read.span_of((*ENVIRONMENT, "B"))) == (7, 10, 7, 14)
    assert place(read.key_span_of((*ENVIRONMENT, "B"))) == (7, 7, 7, 8)


def test_a_list_item_is_its_own_key(document):
    read = document(FILE)
    path = ("containers", "web", "ports", 1)
    assert place(read.span_of(path)) == place(read.key_span_of(path)) == (14, 7, 14, 10)


def test_a_collection_ends_with_its_last_value(document):
    assert place(document(FILE).span_of(ENVIRONMENT)) == (6, 7, 12, 18)


def test_a_merged_value_is_where_it_was_written(document):
    assert place(document(FILE).span_of((*ENVIRONMENT, "LEVEL"))) == (2, 27, 2, 30)


@pytest.mark.parametrize("missing", ["image", 0])
def test_a_missing_path_falls_back_to_the_nearest_ancestor(document, missing):
    read = document(FILE)
    path = ("containers", "web", missing, "deeper")
    assert read.key_span_of(path) == read.key_span_of(("containers", "web"))
    assert read.span_of(path) == read.span_of(("containers", "web"))


def test_the_root_is_the_whole_file(document):
    assert place(document(FILE).key_span_of(())) == (1, 1, 14, 11)


def test_textual_gives_the_source_text_of_every_scalar_but_null(document):
    assert document(FILE).textual(ENVIRONMENT) == {
        "B": "0644",
        "V": "1.10",
        "C": "yes",
        "T": "true",
        "E": None,
        "Q": "quoted",
        "LEVEL": "010",
    }


def test_textual_keeps_an_interpolated_null_as_its_text(document):
    read = document("variables: {A: {default: 'null'}}\nenv:\n- ${A}\n- a${A}\n- ~\n")
    assert read.value(("env", 0)) is None
    assert read.textual(("env",)) == ["null", "anull", None]


def test_textual_leaves_out_what_data_leaves_out(document):
    read = document("a: {b: 1, x-c: 2}\n")
    assert read.textual(("a",)) == {"b": "1"}
    assert read.data == {"a": {"b": 1}}


@pytest.mark.parametrize("lookup", ["value", "textual"])
@pytest.mark.parametrize("path", [("b",), ("a", "c"), ("a", "b", 3), ("a", "b", -1), ("a", "b", 0, "c"), ("s", 0)])
def test_there_is_no_value_at_a_missing_path(document, lookup, path):
    with pytest.raises(LookupError):
        getattr(document("a: {b: [1]}\ns: text\n"), lookup)(path)


def test_columns_count_characters_and_not_bytes(document):
    assert place(document('日本: "é" # ok\n').span_of(("日本",))) == (1, 5, 1, 8)


def test_a_place_in_an_included_file_names_that_file(document, write):
    write("containers: {db: {image: x}}\n", "parts/base.yaml")
    read = document("include: [parts/base.yaml]\n")
    assert read.span_of(("containers", "db")).file == "parts/base.yaml"


def test_the_texts_of_all_files_are_kept_for_excerpts(document, write):
    base = write("version: 1\n", "base.yaml")
    main = "include: [base.yaml]\n"
    assert document(main).sources == {"workflow.yaml": main, "base.yaml": base.read_text()}


def test_what_steers_the_reading_is_no_data(document, write):
    write("version: 1\n", "base.yaml")
    assert document("include: [base.yaml]\nvariables: {A: 1}\n").data == {"version": 1}
