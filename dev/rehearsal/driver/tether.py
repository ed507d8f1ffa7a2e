"""Ties a process to its parent: it ends when the parent ends, even if the parent was killed with `kill -9`."""

import ctypes
import os
import select

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


def tie(number: int, parent: int) -> None:
    """Makes the kernel send a signal when the parent ends, or immediately if it has ended. `parent` is an open pidfd."""
    LIBC.prctl(PR_SET_PDEATHSIG, number)
    if select.select([parent], [], [], 0)[0]:
        os.kill(os.getpid(), number)
