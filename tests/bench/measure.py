# SPDX-License-Identifier: Apache-2.0
"""Time and memory of a child process."""
import os
import subprocess
import sys
import time


def run_measured(command):
    """Wall-clock seconds and peak RSS in bytes; ends the program with the child's last words when it fails."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    words = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit code {child.returncode}: {words.strip()[-300:]}")
    return seconds, usage.ru_maxrss * 1024
