"""The named parts of a contestant's work. Their seconds add up to its time; nothing else counts."""

import time


class Laps:
    """A stopwatch: a part ends where the next one begins.

    Attributes:
        seconds: of each part; a contestant that runs another program puts in what that one says.
        cpu_parts: CPU seconds of each part, on all cores.
        peak_mib: the peak memory of another program, when it is that one that counts.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.cpu_parts: dict[str, float] = {}
        self.peak_mib: float | None = None
        self._running: tuple[str, float, float] | None = None

    @property
    def cpu_seconds(self) -> float:
        """CPU seconds of all parts."""
        return sum(self.cpu_parts.values())

    @property
    def total(self) -> float:
        """Seconds of all parts."""
        return sum(self.seconds.values())

    def begin(self, part: str) -> None:
        """End the part that is running and begin this one."""
        self.end()
        self._running = (part, time.perf_counter(), time.process_time())

    def end(self) -> None:
        """End the part that is running, if one is."""
        if self._running:
            part, start, cpu_start = self._running
            self.seconds[part] = time.perf_counter() - start
            self.cpu_parts[part] = time.process_time() - cpu_start
        self._running = None
