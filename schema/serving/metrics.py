"""What operators watch, in the text format of Prometheus; nothing of it is about a citizen."""

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
    """Reads the figures when they are asked for."""

    def __init__(self, api: Api, places: Places) -> None:
        self._api = api
        self._places = places
        self.retention_waits = 0

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics of this process."""
        yield GaugeMetricFamily(
            "citizencop_cities", "Cities that are served.", value=len(self._places.all())
        )
        yield GaugeMetricFamily(
            "citizencop_reduced_cities",
            "Cities that would be full, and run light or not at all for faults of their folder.",
            value=len(self._places.reduced),
        )
        yield GaugeMetricFamily(
            "citizencop_subscriptions",
            "Live subscriptions.",
            value=self._api.broadcaster.subscribers,
        )
        yield GaugeMetricFamily(
            "citizencop_response_cache_bytes",
            "Bytes of answers that are kept.",
            value=self._api.executor.cache.size,
        )
        yield GaugeMetricFamily(
            "citizencop_bus_connected",
            "Whether other processes hear that a log has grown: 1, or 0.",
            value=int(self._api.domain.notifier.connected),
        )
        yield GaugeMetricFamily(
            "citizencop_unread_bytes",
            "Bytes of answers over HTTP that wait for slow readers.",
            value=UNREAD.size,
        )
        yield GaugeMetricFamily(
            "citizencop_retention_waits",
            "Reasons for which retention waits for the operator's approval.",
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
            "Queries whose answers are cached, by whether the cache had the answer.",
            labels=["result"],
        )
        cached.add_metric(["hit"], cache.hits)
        cached.add_metric(["miss"], cache.misses)
        yield cached
        faults = CounterMetricFamily(
            "citizencop_plugin_faults",
            "What plugins lost, by place and hook.",
            labels=["place", "hook"],
        )
        for (place, hook), count in sorted(self._places.faults.counts.items()):
            faults.add_metric([place or "defaults", hook], count)
        yield faults


class Metrics:
    """Tells the metrics of one process."""

    def __init__(self, api: Api, places: Places) -> None:
        self._registry: Any = CollectorRegistry()
        self._collector = ServerCollector(api, places)
        self._registry.register(self._collector)

    def retention_waits(self, reasons: int) -> None:
        """Remember for how many reasons retention waits."""
        self._collector.retention_waits = reasons

    def text(self) -> bytes:
        """Return them as Prometheus reads them."""
        return generate_latest(self._registry)
