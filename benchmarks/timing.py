"""Honest timing: all candidates in turn, round by round, the shortest round of each, as ratios in one run."""

import time
from collections.abc import Callable, Mapping

import torch

Work = Callable[[], object]


def shortest_times(work: Mapping[str, Work], *, rounds: int) -> dict[str, float]:
    """Shortest time of each candidate in seconds.

    The rounds interleave, so a machine that slows down slows all candidates down. What other programs add is
    never negative: the shortest round is the closest to the truth.
    """
    for run in work.values():  # compilation and first touches are not counted
        run()
        run()
    best = dict.fromkeys(work, float("inf"))
    for _ in range(rounds):
        for name, run in work.items():
            _wait()
            started = time.perf_counter()
            run()
            _wait()
            best[name] = min(best[name], time.perf_counter() - started)
    return best


def peak_extra_bytes(run: Work) -> int:
    """Largest amount of memory that a call holds beyond what was there before it."""
    run()
    if torch.cuda.is_available():
        _wait()
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        run()
        _wait()
        return torch.cuda.max_memory_allocated() - before
    activity = torch.profiler.ProfilerActivity.CPU
    with torch.profiler.profile(activities=[activity], profile_memory=True) as trace:
        kept = run()  # its memory is given back after the trace ends
    del kept
    events = trace.profiler.kineto_results.events()
    changes = [(event.start_ns(), event.nbytes()) for event in events if event.name() == "[memory]"]
    held = peak = 0
    for _, change in sorted(changes, key=lambda pair: pair[0]):
        held += change
        peak = max(peak, held)
    return peak


def _wait() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def copy_bandwidth(device: torch.device, rounds: int) -> float:
    """Bytes a second that a copy reads and writes together."""
    source = torch.empty(2**28, device=device)
    target = torch.empty_like(source)
    seconds = shortest_times({"copy": lambda: target.copy_(source)}, rounds=rounds)["copy"]
    return 2 * source.numel() * source.element_size() / seconds
