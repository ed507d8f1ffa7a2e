# The interactive script: boots the virtual machines, prints the URLs of the pages, and keeps running.
import json
from typing import Any


def stay(text: str) -> None:
    known: dict[str, Any] = json.loads(text)
    by_name = {machine.name: machine for machine in machines}
    start_all()
    for node, units in known["units"].items():
        for unit in units.values():
            by_name[node].wait_for_unit(unit, timeout=600)
    print("  ".join(known["links"]) + "   Ctrl-C stops everything", flush=True)
    join_all()
