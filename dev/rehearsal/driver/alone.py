"""Runs work in separate namespaces. Its processes, mounts and network interfaces end with it, however it ends."""

import ctypes
import os
import signal
import sys
import traceback
from collections.abc import Callable

from stage import run
from tether import LIBC, tie

CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET = 0x00020000, 0x20000000, 0x40000000
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def alone(work: Callable[[], int], seconds: int) -> int:
    """Returns the exit code of the work. A signal or the time limit ends the work and this process immediately."""
    for number in STOPPING:
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    signal.signal(signal.SIGALRM, lambda *_: sys.exit("the test took longer than its globalTimeout"))
    unshare(CLONE_NEWNS | CLONE_NEWNET)
    run("mount", "--make-rprivate", "/")
    # The next process that is started is the first one in the new PID namespace.
    unshare(CLONE_NEWPID)
    first = fork(work)
    try:
        signal.alarm(seconds)
        return os.waitstatus_to_exitcode(os.waitpid(first, 0)[1])
    finally:
        signal.alarm(0)
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)
        end(first)


def unshare(namespaces: int) -> None:
    if LIBC.unshare(namespaces) != 0:
        raise OSError(ctypes.get_errno(), "the driver needs its own namespaces: run it as root")


def fork(work: Callable[[], int]) -> int:
    """Starts the first process of the new PID namespace. When it ends, the kernel kills all processes in the namespace."""
    me = os.pidfd_open(os.getpid())
    sys.stdout.flush()
    child = os.fork()
    if child != 0:
        return child
    code = 1
    try:
        for number in STOPPING:
            signal.signal(number, signal.SIG_DFL)
        tie(signal.SIGKILL, me)
        code = work()
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    os._exit(code)


def end(child: int) -> None:
    """Kills the child, and returns when all processes in its namespace have ended."""
    try:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        # It has already ended.
        pass
