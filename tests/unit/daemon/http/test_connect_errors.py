"""What programs and libraries say when an engine can't be reached, put in few words with a way out."""

from __future__ import annotations

import pytest

from runner.daemon.http.connect_errors import cannot_reach, diagnose

CHANGED = """\
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
Host key for box has changed and you have requested strict checking.
Host key verification failed.
"""


@pytest.mark.parametrize(
    ("said", "phrase", "way_out"),
    [
        (CHANGED, "its ssh host key has changed", "ssh-keygen -R"),
        ("Host key verification failed.", "its ssh host key is unknown", "manually"),
        ("bash: line 1: docker: command not found", "docker CLI not found on its host", "docker CLI"),
        ("sh: 1: docker: not found", "docker CLI not found on its host", "docker CLI"),
        ("Received disconnect from ::1 port 22:2: Too many authentication failures", "authentication", "ssh -T"),
        ("Permission denied", "permission denied", "group"),
        ("[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:992)", "does not use TLS", "DOCKER_TLS_VERIFY"),
        ("Client sent an HTTP request to an HTTPS server.", "requires TLS", "DOCKER_CERT_PATH"),
        ("certificate has expired", "its certificate has expired", "renew"),
        ("[SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca", "rejected the client certificate", "cert.pem"),
        ("[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] x", "requires a client certificate", "cert.pem"),
        ("No route to host", "no route to host", "--host"),
        ("", "no response", "DOCKER_HOST"),
    ],
)
def test_a_cause_is_put_in_few_words_with_a_way_out(said: str, phrase: str, way_out: str) -> None:
    what, help = diagnose(said)
    assert phrase in what
    assert "\n" not in what
    assert way_out in help


def test_of_what_nobody_knows_the_last_line_is_told() -> None:
    assert diagnose("debug1: hello\n\nConnection reset by peer.\n")[0] == "connection reset by peer"


def test_the_error_names_the_engine_that_was_tried() -> None:
    error = cannot_reach("ssh://box", "Connection refused")
    assert error.message == "cannot reach the engine at ssh://box: connection refused"
