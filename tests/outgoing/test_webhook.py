"""Signed calls: the signature of the standard, one id for all attempts, and receivers that behave badly."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
import time

import pytest
from hypothesis import given, strategies as st

from dashboard.connectors.outgoing import leaving, webhook
from dashboard.connectors.outgoing.leaving import CallInterruptedError
from dashboard.connectors.outgoing.output import readable_tail
from dashboard.connectors.outgoing.webhook import Answer, call_webhook, secret_bytes, signature
from tests.outgoing.receiver import answer, receiving

SECRET = b"0123456789abcdef0123456789abcdef"


def call(url: str, waits: tuple[float, ...] = (), seconds: float = 5.0) -> Answer:
    return call_webhook(url, SECRET, "id-1", b'{"model": "claims"}', waits=waits, seconds=seconds)


def test_the_signature_is_that_of_the_standard():
    # The example of the specification: https://github.com/standard-webhooks/standard-webhooks
    secret = secret_bytes("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    assert signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


@given(st.text("abc", min_size=1), st.integers(0, 2**40), st.binary(max_size=50))
def test_a_signature_holds_for_its_id_time_and_body_only(message_id: str, timestamp: int, body: bytes):
    made = signature(SECRET, message_id, timestamp, body)
    expected = hmac.new(SECRET, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    assert base64.b64decode(made.removeprefix("v1,")) == expected
    others = [
        (message_id + "x", timestamp, body),
        (message_id, timestamp + 1, body),
        (message_id, timestamp, body + b"x"),
    ]
    assert all(signature(SECRET, *other) != made for other in others)


@pytest.mark.parametrize("text", ["", "short", "whsec_c2hvcnQ=", "whsec_***"])
def test_a_weak_secret_is_refused(text: str):
    with pytest.raises(ValueError, match=r"bytes; at least|no base64"):
        secret_bytes(text)


def test_a_call_is_accepted_with_its_headers():
    with receiving(answer(202, "queued")) as known:
        assert call(known.url) == Answer("accepted", "it answered 202: queued")
    (headers,) = known.headers
    timestamp = int(headers["webhook-timestamp"])
    assert abs(timestamp - time.time()) < 60
    assert headers["webhook-id"] == headers["idempotency-key"] == "id-1"
    assert headers["webhook-signature"] == signature(SECRET, "id-1", timestamp, known.bodies[0])
    assert headers["content-type"] == "application/json"
    assert known.paths == ["/train?team=a"]


def test_a_fault_of_the_receiver_is_tried_again_under_the_same_id():
    with receiving(answer(500), answer(429), answer(200)) as known:
        assert call(known.url, waits=(0, 0, 0)).outcome == "accepted"
    assert [headers["webhook-id"] for headers in known.headers] == ["id-1"] * 3
    assert len(set(known.bodies)) == 1


def test_a_receiver_that_only_answers_500_may_have_begun():
    with receiving(answer(500, "oops")) as known:
        assert call(known.url, waits=(0, 0)) == Answer("unknown", "it answered 500: oops")
    assert len(known.bodies) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
def test_a_refusal_is_not_tried_again(status: int):
    with receiving(answer(status, "no")) as known:
        assert call(known.url, waits=(0, 0)) == Answer("refused", f"it answered {status}: no")
    assert len(known.bodies) == 1


def test_a_refusal_after_a_fault_does_not_tell_that_nothing_began():
    with receiving(answer(500), answer(409, "known")) as known:
        assert call(known.url, waits=(0,)).outcome == "unknown"


def test_a_redirect_is_not_followed():
    with receiving(answer(200)) as elsewhere, receiving(answer(307, "", f"location: {elsewhere.url}")) as known:
        found = call(known.url, waits=(0,))
    assert (found.outcome, elsewhere.bodies, len(known.bodies)) == ("refused", [], 1)
    assert "not followed" in found.detail


def test_a_receiver_that_hangs_is_left_after_its_time():
    def hang(connection: socket.socket) -> None:
        connection.recv(1)

    with receiving(hang) as known:
        assert call(known.url, seconds=0.3) == Answer("unknown", "no answer within 0.3 seconds")


def test_a_receiver_that_drips_is_left_after_its_time():
    def drip(connection: socket.socket) -> None:
        try:
            while True:
                connection.sendall(b"H")
                time.sleep(0.05)
        except OSError:
            pass

    with receiving(drip) as known:
        assert call(known.url, seconds=0.5).outcome == "unknown"


def test_an_answer_that_never_ends_is_not_read_to_its_end():
    def flood(connection: socket.socket) -> None:
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                connection.sendall(b"x" * 65_536)
        except OSError:
            pass

    with receiving(flood) as known:
        found = call(known.url)
    assert found.outcome == "accepted"
    assert len(found.detail) < 1_100


def test_nonsense_and_a_broken_line_are_unknown():
    def leave(connection: socket.socket) -> None:
        connection.shutdown(socket.SHUT_RDWR)

    with receiving(b"no http at all\r\n\r\n", leave) as known:
        assert call(known.url).outcome == "unknown"
        assert call(known.url).outcome == "unknown"


def test_nobody_there_is_unreached_and_nothing_began():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = call(f"http://127.0.0.1:{port}/")
    assert found.outcome == "unreached"
    assert "127.0.0.1 cannot be reached" in found.detail


def test_a_receiver_without_a_known_certificate_is_unreached(monkeypatch: pytest.MonkeyPatch):
    with receiving(answer(200)) as known:
        assert call(known.url.replace("http:", "https:")).outcome == "unreached"
    assert known.bodies == []


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch):
    with receiving(answer(200)) as proxy, receiving(answer(200)) as known:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        assert call(known.url).outcome == "accepted"
    assert proxy.bodies == []


def test_an_id_cannot_add_headers():
    with receiving(answer(200)) as known:
        found = call_webhook(known.url, SECRET, "a\r\nx-evil: 1", b"{}", waits=())
    assert found.outcome == "unknown"
    assert known.headers == []


def test_a_call_waits_no_longer_than_the_program():
    try:
        leaving.end_calls()
        with pytest.raises(CallInterruptedError):
            call("http://127.0.0.1:9/")
    finally:
        leaving.begin_calls()


@given(st.binary(max_size=3_000))
def test_what_is_kept_of_an_answer_is_short_and_readable(output: bytes):
    kept = readable_tail(output)
    assert len(kept) <= 1_000
    assert all(sign in "\n\t" or sign.isprintable() or ord(sign) > 0x9F for sign in kept)


def test_attempts_are_spread_over_half_a_minute():
    assert sum(webhook.WAITS) > 30
