"""A rich console that escapes the control characters in what it prints."""

from collections.abc import Iterable, Iterator

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from connector_host.terminal import CONTROLS, printable


class SafeConsole(Console):
    """A rich console that keeps its own styles, and escapes control characters in the text."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterator[Segment]:
        """Yield the segments of a renderable, each without control characters."""
        yield from _clean(super().render(renderable, options))


def _clean(segments: Iterable[Segment]) -> Iterator[Segment]:
    for segment in segments:
        if segment.control or not CONTROLS.search(segment.text):
            yield segment
        else:
            yield Segment(printable(segment.text), segment.style)
