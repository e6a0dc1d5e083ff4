"""What is counted while the service runs, as Prometheus reads it; nothing in it is about anybody."""

from __future__ import annotations

from typing import Final

from creditscore._ground.extras import needs

with needs("the service", package="prometheus_client", extra="serve"):
    from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

MEDIA: Final = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_POINTS: Final = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0)


class Metrics:
    """Counters, times and gauges of one service.

    Examples
    --------
    >>> metrics = Metrics()
    >>> metrics.answered("score", 200, 0.004)
    >>> 'creditscore_requests_total{route="score",status="200"} 1.0' in metrics.text()
    True
    """

    def __init__(self) -> None:
        self._all = CollectorRegistry()
        self._requests = Counter(
            "creditscore_requests", "Requests by route and status.", ["route", "status"], registry=self._all
        )
        self._seconds = Histogram(
            "creditscore_request_seconds", "Seconds until the answer left.", ["route"], buckets=_SECONDS,
            registry=self._all,
        )  # fmt: skip
        self.waiting: Gauge = Gauge(
            "creditscore_requests_waiting", "Requests that have begun.", registry=self._all
        )
        self._outcomes = Counter(
            "creditscore_outcomes", "Scores and decisions by what they are.", ["route", "outcome"],
            registry=self._all,
        )  # fmt: skip
        self._reloads = Counter(
            "creditscore_reloads", "Folders read again, by outcome.", ["outcome"], registry=self._all
        )
        self._shadow = Counter(
            "creditscore_shadow", "Scores by the challenger, by outcome.", ["outcome"], registry=self._all
        )
        self._moved = Histogram(
            "creditscore_shadow_moved_points", "Points between challenger and champion, either way.",
            buckets=_POINTS, registry=self._all,
        )  # fmt: skip
        self._models = Gauge(
            "creditscore_model", "1 for the models that are at work.", ["role", "model_id"],
            registry=self._all,
        )  # fmt: skip

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def outcome(self, route: str, outcome: str) -> None:
        """Count what a score or decision was."""
        self._outcomes.labels(route, outcome).inc()

    def reloaded(self, outcome: str) -> None:
        """Count a reload: changed, same or refused."""
        self._reloads.labels(outcome).inc()

    def shadowed(self, outcome: str, moved: float | None = None) -> None:
        """Count a score by the challenger, and how many points it lies from the champion's."""
        self._shadow.labels(outcome).inc()
        if moved is not None:
            self._moved.observe(abs(moved))

    def at_work(self, champion: str, challenger: str | None) -> None:
        """Say which models are at work."""
        self._models.clear()
        self._models.labels("champion", champion).set(1)
        if challenger is not None:
            self._models.labels("challenger", challenger).set(1)

    def text(self) -> str:
        """Return everything in the text format of Prometheus."""
        return generate_latest(self._all).decode()
