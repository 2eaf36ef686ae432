import pytest

from runner.document.dotenv import parse_dotenv


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("A=1", {"A": "1"}),
        ("A=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("\n# comment\n  A = 1  \n", {"A": "1"}),
        ("export A=1\nexport  B", {"A": "1", "B": None}),
        ("export=1", {"export": "1"}),
        ("A=", {"A": ""}),
        ("A\nB # inherited\n", {"A": None, "B": None}),
        ("A=x # comment\nB=x#y\nC=#z\nD= # z", {"A": "x", "B": "x#y", "C": "", "D": ""}),
        ("A='x # y' # comment", {"A": "x # y"}),
        (r"A='\n$B'", {"A": r"\n$B"}),
        (r'A="a\tb\n\"\\\$\q"', {"A": 'a\tb\n"\\$\\q'}),
        ('A="first\nsecond"\nB=1', {"A": "first\nsecond", "B": "1"}),
        ('A=it\'s\nB=a"b"', {"A": "it's", "B": 'a"b"'}),
        ("A=1\nA=2", {"A": "2"}),
        ("spring.name=x\nwith-dash=y", {"spring.name": "x", "with-dash": "y"}),
        ("URL=postgres://u:p@h/db?x=1&y=2", {"URL": "postgres://u:p@h/db?x=1&y=2"}),
        ("A=${B}", {"A": "${B}"}),
        ("", {}),
    ],
)
def test_lines_give_values(text, values):
    assert parse_dotenv(text, ".env") == (values, [])


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("1A=2", 1, "expected KEY=VALUE"),
        ("=2", 1, "expected KEY=VALUE"),
        ("A: 2", 2, 'expected "=" after the key'),
        ("A B=2", 3, 'expected "=" after the key'),
        ("A='x' y", 6, "unexpected text after the closing quote"),
        ('A="x', 3, "quote is never closed"),
    ],
)
def test_a_bad_line_is_reported_with_its_place_and_the_rest_is_read(line, column, message):
    values, found = parse_dotenv(f"FIRST=1\n{line}\nLAST=2\n", "app.env")
    assert values == {"FIRST": "1", "LAST": "2"}
    assert [(finding.code, str(finding.span), finding.message) for finding in found] == [
        ("dotenv-syntax", f"app.env:2:{column}", message)
    ]
