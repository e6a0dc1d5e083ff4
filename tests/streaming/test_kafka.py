"""A Kafka topic, on the brokers that librdkafka brings along for tests."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

import creditscore as cs
from creditscore.errors import MissingExtraError, ParameterError, StreamError
from tests.data.folder.splitting import assert_same
from tests.streaming.messages import NEW_LINE, message

kafka = pytest.importorskip("confluent_kafka")


def row(number: int) -> dict[str, object]:
    at = "2024-05-31T12:00:00+00:00"
    who = f"a{number % 5}"
    return {"applicant_id": who, "event_id": str(number), "event_time": at, "amount": 1.0 * number}


@pytest.fixture(scope="module")
def cluster():
    """Three brokers in this process, and who writes to them."""
    producer = kafka.Producer(
        {"bootstrap.servers": "none", "test.mock.num.brokers": 3, "log_level": 0, "linger.ms": 1}
    )
    brokers = producer.list_topics(timeout=10).brokers.values()
    return producer, ",".join(f"{one.host}:{one.port}" for one in brokers)


def send(cluster, topic: str, numbers: range) -> None:
    for number in numbers:
        cluster[0].produce(topic, message("payments", row(number)), key=str(number % 5))
    assert cluster[0].flush(10) == 0


def opened(home, feed, **more) -> cs.Stream:
    if not (home / "p").exists():
        cs.Portfolio().write(home / "p")
    return cs.Stream(home / "p", home / "s", [feed], **more)


def test_a_topic_gives_the_bits_of_a_batch_over_restarts_and_repeats(cluster, tmp_path):
    send(cluster, "paid", range(300))
    with opened(tmp_path, cs.KafkaFeed("paid", cluster[1]), batch=64) as stream:
        assert dict(stream.state().lag) == {"kafka:paid": 300}
        assert stream.take(100).taken == 100
    send(cluster, "paid", range(250, 400))
    with opened(tmp_path, cs.KafkaFeed("paid", cluster[1]), batch=64) as stream:
        assert dict(stream.state().lag) == {"kafka:paid": 350}
        done = stream.take()
        assert (done.read, done.taken, done.repeated) == (350, 300, 50)
        assert stream.take().read == 0
        send(cluster, "paid", range(400, 401))
        cluster[0].produce("paid", None)
        cluster[0].flush(10)
        done = stream.take()
        assert (done.taken, done.refused) == (1, 1)
        state = stream.state()
        assert (state.read, state.taken, dict(state.lag)) == (452, 401, {"kafka:paid": 0})
        assert_same(cs.Portfolio(payments=[row(number) for number in range(401)]), stream.portfolio())
    letter = json.loads((tmp_path / "s" / "dead_letters.jsonl").read_text())
    assert (letter["feed"], letter["message"]) == ("kafka:paid", "")


def test_a_topic_and_a_file_beside_each_other(cluster, tmp_path):
    send(cluster, "both", range(20))
    lines = b"".join(message("payments", row(number)) + NEW_LINE for number in range(10, 30))
    (tmp_path / "f.jsonl").write_bytes(lines)
    cs.Portfolio().write(tmp_path / "p")
    feeds = [cs.KafkaFeed("both", cluster[1], name="topic"), cs.FileFeed(tmp_path / "f.jsonl")]
    with cs.Stream(tmp_path / "p", tmp_path / "s", feeds) as stream:
        assert stream.take().repeated == 10
        assert_same(cs.Portfolio(payments=[row(number) for number in range(30)]), stream.portfolio())


def test_messages_that_are_gone_are_told(cluster):
    send(cluster, "short", range(3))
    feed = cs.KafkaFeed("short", cluster[1])
    with pytest.raises(StreamError, match="1,000 messages were read, and it holds .; it was made anew"):
        feed.read({"0": 1000, "1": 1000, "2": 1000, "3": 1000}, 10)
    real = feed._consumer

    class Thinned:
        """A broker that kept the newest messages alone."""

        def __getattr__(self, name):
            return getattr(real, name)

        def get_watermark_offsets(self, partition, timeout):
            return 500, 1000

    feed._consumer = Thinned()
    with pytest.raises(StreamError, match="partition 0: 490 messages from 10 on are gone"):
        feed.read({"0": 10}, 10)
    feed._consumer = real
    feed.close()


def test_a_broker_that_does_not_answer_is_told_within_the_time_that_was_given():
    feed = cs.KafkaFeed("paid", "127.0.0.1:1", seconds=0.5, settings={"log_level": 0})
    begun = time.monotonic()
    with pytest.raises(StreamError, match="The broker of 'paid' cannot be reached"):
        feed.read({}, 1)
    assert time.monotonic() - begun < 30
    feed.close()
    with pytest.raises(ParameterError, match="auto.offset.reset"):
        cs.KafkaFeed("paid", "x:1", settings={"auto.offset.reset": "latest"})
    with pytest.raises(ParameterError, match="seconds"):
        cs.KafkaFeed("paid", "x:1", seconds=0)


def test_without_the_extra_the_error_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "confluent_kafka", None)
    with pytest.raises(MissingExtraError, match="creditscore\\[stream\\]"):
        cs.KafkaFeed("paid", "x:1")


def test_files_need_no_kafka():
    code = (
        "import sys, creditscore as cs\n"
        "cs.Stream, cs.FileFeed, cs.KafkaFeed\n"
        "assert 'confluent_kafka' not in sys.modules and 'pandas' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
