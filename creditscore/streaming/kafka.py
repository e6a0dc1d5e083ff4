"""Messages of a Kafka topic, read from positions that are kept with the rows and nowhere else."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from creditscore._ground.extras import needs
from creditscore.errors import ParameterError, StreamError
from creditscore.streaming.feeds import Batch, Position
from creditscore.streaming.messages import Message

if TYPE_CHECKING:
    from confluent_kafka import Consumer, TopicPartition

# Positions are kept with the rows: a broker is never told of any, and never chooses one.
_OURS: Final = {
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    "auto.offset.reset": "error",
    "enable.partition.eof": True,
    "isolation.level": "read_committed",
}
# A read ends where the topic ends, so that nobody waits for messages that are not there yet.
_USUAL: Final = {"fetch.wait.max.ms": 50, "group.id": "creditscore"}
_SECONDS: Final = 10.0
_PAUSE: Final = 0.05


class KafkaFeed:
    """Messages of a Kafka topic, whose values are as lines of a file; keys are not read.

    One process reads all partitions. Which messages were read is kept with the rows that were made of them:
    no group is joined, and nothing is committed at the broker. Where the broker no longer has what comes
    next, that is an error, for messages are lost.

    Parameters
    ----------
    topic : str
    servers : str
        ``"host:port"``, several with commas.
    name : str, optional
        Under which its position is kept; by default ``"kafka:<topic>"``.
    settings : mapping, optional
        More of librdkafka's (``security.protocol``, ``sasl.username`` ...); none that decides positions.
    seconds : float, default 10
        How long a broker may take to answer, above 0.

    Raises
    ------
    MissingExtraError
        Without ``pip install "creditscore[stream]"``.
    ParameterError
        If a setting is among those that the feed decides.

    References
    ----------
    Kreps, Narkhede and Rao (2011), Kafka: a distributed messaging system for log processing. NetDB.
    """

    def __init__(
        self,
        topic: str,
        servers: str,
        *,
        name: str | None = None,
        settings: Mapping[str, Any] | None = None,
        seconds: float = _SECONDS,
    ) -> None:
        with needs("KafkaFeed", package="confluent_kafka", extra="stream"):
            from confluent_kafka import Consumer
        given = dict(settings or {})
        ours = sorted({*_OURS, "bootstrap.servers"} & given.keys())
        if ours:
            raise ParameterError.must_be("settings", "none of those that the feed decides itself", ours)
        if not seconds > 0:
            raise ParameterError.must_be("seconds", "above 0", seconds)
        self.topic: str = topic
        self._seconds = seconds
        self._name = f"kafka:{topic}" if name is None else name
        self._consumer: Consumer = Consumer({**_USUAL, **given, **_OURS, "bootstrap.servers": servers})
        self._next: dict[str, int] | None = None

    @property
    def name(self) -> str:
        """Under which its position is kept."""
        return self._name

    def read(self, position: Position, most: int) -> Batch:
        """Return at most so many messages from a position on, partition by partition as they come.

        Raises
        ------
        StreamError
            If the broker does not answer, or no longer has what comes next.
        """
        starts, behind = self._standing(position)
        if self._next != starts:
            self._consumer.assign([self._at(int(one), start) for one, start in starts.items()])
        after = dict(starts)
        found: list[Message] = []
        until = time.monotonic() + self._seconds
        while len(found) < most and any(behind.values()):
            got = self._consumer.consume(most - len(found), timeout=_PAUSE)
            if not got and time.monotonic() > until:
                break  # what is of a transaction that goes on is not given yet
            for message in got:
                self._take(message, found, after, behind)
                until = time.monotonic() + self._seconds
        self._next = after
        return Batch(found, after)

    def lag(self, position: Position) -> int:
        """Count the messages after a position; of a log that was thinned out, what may be there at most."""
        return sum(self._standing(position)[1].values())

    def close(self) -> None:
        """Close the connection."""
        self._consumer.close()

    def _take(
        self, message: Any, found: list[Message], after: dict[str, int], behind: dict[str, int]
    ) -> None:
        from confluent_kafka import KafkaError

        error, partition = message.error(), str(message.partition())
        if error is not None:
            if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - so it is called
                # markers of transactions take offsets and are never given
                after[partition] = max(after[partition], message.offset())
                behind[partition] = 0
                return
            raise StreamError(f"{self.topic!r}, partition {partition}: {error.str()}.")
        at = int(message.offset())
        found.append(Message.of(f"{partition}:{at}", message.value() or b""))
        after[partition] = at + 1
        behind[partition] = max(0, behind[partition] - 1)

    def _standing(self, position: Position) -> tuple[dict[str, int], dict[str, int]]:
        """By partition, the offset that is read next, and how many come from there on."""
        from confluent_kafka import KafkaException

        starts, behind = {}, {}
        for one in self._partitions():
            try:
                low, high = self._consumer.get_watermark_offsets(self._at(one), timeout=self._seconds)
            except KafkaException as error:
                raise StreamError(f"The broker does not say what {self.topic!r} holds: {error}.") from error
            start = int(position.get(str(one), low))
            if str(one) in position and start < low:
                raise StreamError(
                    f"{self.topic!r}, partition {one}: {low - start:,} messages from {start} on are gone "
                    "that were not read."
                )
            if start > high:
                raise StreamError(
                    f"{self.topic!r}, partition {one}: {start:,} messages were read, and it holds {high:,}; "
                    "it was made anew."
                )
            starts[str(one)], behind[str(one)] = start, max(0, high - start)
        return starts, behind

    def _partitions(self) -> list[int]:
        from confluent_kafka import KafkaException

        try:
            topics = self._consumer.list_topics(self.topic, timeout=self._seconds).topics
        except KafkaException as error:
            raise StreamError(f"The broker of {self.topic!r} cannot be reached: {error}.") from error
        about = topics.get(self.topic)
        if about is None or about.error is not None or not about.partitions:
            raise StreamError(f"The broker has no topic {self.topic!r}.")
        return sorted(about.partitions)

    def _at(self, partition: int, offset: int | None = None) -> TopicPartition:
        from confluent_kafka import TopicPartition

        return (
            TopicPartition(self.topic, partition)
            if offset is None
            else TopicPartition(self.topic, partition, offset)
        )
