"""Ports of the host that lead into machines: opened before the play has a network of its own, served from inside it."""

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
    """For each port that the machines' facts name.  A socket stays in the network in which it was opened."""
    forwards = []
    for machine in machines:
        facts = json.loads((machine / "facts.json").read_text())
        for port in facts["forwardPorts"]:
            listener = socket.create_server((port["host"]["address"], port["host"]["port"]))
            forwards.append(Forward(listener, (facts["primaryIPAddress"], port["guest"]["port"])))
    return forwards


def serve(forwards: list[Forward]) -> None:
    """Called inside the play's network, which has the machines' bridge."""
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
            # The machine, or the part, is not up yet: as if nobody listened.
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
        # Either side may hang up at any time.
        pass
