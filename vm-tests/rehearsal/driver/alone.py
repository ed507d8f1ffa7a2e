"""Work in namespaces of its own: what it starts, mounts and connects ends with it, however it ends."""

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
    """The work's exit code.  Signals, and the end of its time, end the work at once, and this process with it."""
    for number in STOPPING:
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    signal.signal(signal.SIGALRM, lambda *_: sys.exit("the test took longer than its globalTimeout"))
    unshare(CLONE_NEWNS | CLONE_NEWNET)
    run("mount", "--make-rprivate", "/")
    # What is started next is the first process there.
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
        raise OSError(ctypes.get_errno(), "a play needs namespaces of its own: run it as root")


def fork(work: Callable[[], int]) -> int:
    """The first process of the new namespace.  With it, the kernel kills whatever it has started."""
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
    """Returns when nothing of it is left."""
    try:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        # It has ended by itself.
        pass
