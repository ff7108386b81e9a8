"""CPU time, memory and open files of processes."""

import os
import resource
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def open_files() -> int:
    """Raise the limit of open files for this process and its children; return it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds that a process has used."""
    parts = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / TICKS


def resident_kilobytes(pid: int) -> float:
    """Return the resident memory of a process, in kilobytes."""
    for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
        if line.startswith("VmRSS"):
            return float(line.split()[1])
    return 0.0
