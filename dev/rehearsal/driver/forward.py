"""Forwards ports of the host to nodes. They are opened in the host's network, and served from the network of the run."""

import json
import shutil
import socket
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from stage import run


class Forward(NamedTuple):
    listener: socket.socket
    machine: tuple[str, int]


def listen(machines: list[Path]) -> list[Forward]:
    """Opens the forwarded ports of the nodes. A socket stays in the network namespace in which it was opened."""
    forwards = []
    for machine in machines:
        facts = json.loads((machine / "facts.json").read_text())
        for port in facts["forwardPorts"]:
            listener = socket.create_server((port["host"]["address"], port["host"]["port"]))
            forwards.append(Forward(listener, (facts["primaryIPAddress"], port["guest"]["port"])))
    return forwards


def serve(forwards: list[Forward]) -> None:
    """Must be called in the network namespace of the run, which has the bridge to the nodes."""
    if forwards:
        run("ip", "address", "add", "192.168.1.254/24", "dev", "lab0")
    for forward in forwards:
        Thread(target=accept, args=[forward], daemon=True).start()


def accept(forward: Forward) -> None:
    while True:
        outside, _ = forward.listener.accept()
        try:
            inside = socket.create_connection(forward.machine, timeout=10)
        except OSError:
            # The node or the part is not up yet. Behave as if no process listened on the port.
            outside.close()
            continue
        inside.settimeout(None)
        for pair in ((outside, inside), (inside, outside)):
            Thread(target=copy, args=pair, daemon=True).start()


def copy(source: socket.socket, sink: socket.socket) -> None:
    try:
        with source.makefile("rb", buffering=0) as reader, sink.makefile("wb", buffering=0) as writer:
            shutil.copyfileobj(reader, writer)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        # Both sides may close the connection at any time.
        pass
