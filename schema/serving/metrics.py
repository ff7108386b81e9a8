"""Metrics for operators in the text format of Prometheus; none concerns a citizen."""

from collections.abc import Iterator
from typing import Any, Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from plugins.runtime.places import Places
from schema.api import Api
from schema.transport.http_protocol import UNREAD

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST


class ServerCollector(Collector):
    """Collects the current values at each scrape."""

    def __init__(self, api: Api, places: Places) -> None:
        self._api = api
        self._places = places
        self.retention_waits = 0

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics of this process."""
        yield GaugeMetricFamily(
            "citizencop_cities", "Cities served.", value=len(self._places.all())
        )
        yield GaugeMetricFamily(
            "citizencop_reduced_cities",
            "Full cities that run light, or not at all, because of faults in their folder.",
            value=len(self._places.reduced),
        )
        yield GaugeMetricFamily(
            "citizencop_subscriptions",
            "Live subscriptions.",
            value=self._api.broadcaster.subscribers,
        )
        yield GaugeMetricFamily(
            "citizencop_response_cache_bytes",
            "Size of cached answers in bytes.",
            value=self._api.executor.cache.size,
        )
        yield GaugeMetricFamily(
            "citizencop_bus_connected",
            "Whether notifications reach other processes: 1 or 0.",
            value=int(self._api.domain.notifier.connected),
        )
        yield GaugeMetricFamily(
            "citizencop_unread_bytes",
            "Bytes of HTTP answers that clients have not read yet.",
            value=UNREAD.size,
        )
        yield GaugeMetricFamily(
            "citizencop_retention_waits",
            "Number of reasons why retention waits for the operator's approval.",
            value=self.retention_waits,
        )
        fallbacks = CounterMetricFamily(
            "citizencop_compiler_fallbacks",
            "Operations and events that graphql-core answered instead of a compiled plan.",
            labels=["reason"],
        )
        for reason, count in self._api.executor.fallbacks.counts.items():
            fallbacks.add_metric([reason], count)
        yield fallbacks
        cache = self._api.executor.cache
        cached = CounterMetricFamily(
            "citizencop_response_cache_queries",
            "Cacheable queries, by whether the answer came from the cache.",
            labels=["result"],
        )
        cached.add_metric(["hit"], cache.hits)
        cached.add_metric(["miss"], cache.misses)
        yield cached
        faults = CounterMetricFamily(
            "citizencop_plugin_faults",
            "Faults of plugins, by place and hook.",
            labels=["place", "hook"],
        )
        for (place, hook), count in sorted(self._places.faults.counts.items()):
            faults.add_metric([place or "defaults", hook], count)
        yield faults


class Metrics:
    """The metrics of one process."""

    def __init__(self, api: Api, places: Places) -> None:
        self._registry: Any = CollectorRegistry()
        self._collector = ServerCollector(api, places)
        self._registry.register(self._collector)

    def retention_waits(self, reasons: int) -> None:
        """Set the number of reasons why retention waits."""
        self._collector.retention_waits = reasons

    def text(self) -> bytes:
        """Return the metrics in Prometheus's text format."""
        return generate_latest(self._registry)
