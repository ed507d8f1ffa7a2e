# Checks one play: `lab check` on `app` drives and proves it; stopping parts, which only we can do, it asks of us.
import json
import shlex
from typing import Any

ASK = "/run/lab-check/ask.json"


def check(text: str) -> None:
    known: dict[str, Any] = json.loads(text)
    by_name = {machine.name: machine for machine in machines}
    app = by_name["app"]
    where = {part: (by_name[node], unit) for node, units in known["units"].items() for part, unit in units.items()}

    start_all()
    with subtest("every part is ready"):
        for machine, unit in where.values():
            machine.wait_for_unit(unit, timeout=600)

    app.succeed("systemctl start lab-check", timeout=60)
    # Until it ends, it says what it is about to do: a step, or something to be done with a part.
    while (ask := next_ask(app)) is not None:
        words = ""
        if ask["do"] == "step":
            # What it has shown is known only once the ledger is closed, after the last step: their subtests come then.
            print(f"step: {ask['caption']}", flush=True)
        else:
            with subtest(f"{ask['do']} {ask['part']}"):
                words = do(*where[ask["part"]], ask)
        app.succeed(f"printf %s {shlex.quote(words)} > /run/lab-check/answer && rm {ASK}", timeout=120)

    said = app.succeed(
        "journalctl --sync; journalctl --unit lab-check --output cat; cat /run/lab-check.json", timeout=60
    )
    status = int(app.succeed("systemctl show --property ExecMainStatus --value lab-check", timeout=120))
    if known["fails"] is None:
        proved(app, status, said)
    else:
        with subtest("the planted fault is found out"):
            t.assertEqual(status, known["fails"]["exit"], said)
            for pattern in known["fails"]["says"]:
                t.assertRegex(said, pattern)


def next_ask(app: BaseMachine) -> dict[str, Any] | None:
    """What `lab check` asks for next; None once it has ended."""
    text = app.succeed(
        f"until [ -e {ASK} ] || ! systemctl --quiet is-active lab-check; do sleep 0.1; done; cat {ASK} 2>/dev/null || true",
        timeout=600,
    )
    return json.loads(text) if text else None


def do(machine: BaseMachine, unit: str, ask: dict[str, Any]) -> str:
    """Brings a fault about, or ends it; the last words of what was stopped."""
    match ask["do"]:
        case "stop":
            machine.succeed(f"systemctl stop {unit}", timeout=120)
            # Synchronised: what was said last may still be on its way to the journal.
            return machine.succeed(f"journalctl --sync; journalctl --unit {unit} --lines 20 --output cat", timeout=120)
        case "start":
            machine.succeed(f"systemctl start {unit}", timeout=120)
        case "kill":
            # The stop is what keeps systemd from starting it again.
            machine.succeed(f"systemctl kill --signal KILL {unit}; systemctl stop {unit}", timeout=120)
        case "hold":
            machine.succeed(f"systemctl kill --signal STOP {unit}", timeout=120)
            # Timers are a minute inaccurate unless they are told otherwise.
            timer = f"--on-active={ask['ms']}ms --timer-property=AccuracySec=10ms"
            machine.succeed(f"systemd-run {timer} systemctl kill --signal CONT {unit}", timeout=120)
        case "write":
            # Whoever reads the file finds the old text whole, or the new one; its reader is another user.
            file = f"/var/lib/{unit.removesuffix('.service')}/{ask['file']}"
            machine.succeed(
                f"printf %s {shlex.quote(ask['text'])} > {file}.draft && chmod 644 {file}.draft && mv {file}.draft {file}",
                timeout=120,
            )
        case other:
            raise ValueError(f"lab check asks for `{other}`")
    return ""


def proved(app: BaseMachine, status: int, said: str) -> None:
    """Every sentence of the report, each as a subtest of its own."""
    t.assertIn(status, [0, 2], said)
    report = json.loads(app.succeed("cat /run/lab-check.json", timeout=120))
    for step in report["steps"]:
        with subtest(step["caption"]):
            # A ledger that does not close is why steps are not judged.
            reasons = [*step["messages"], *filter(None, [report["complaint"]])]
            t.assertEqual(step["verdict"], "passed", "\n".join(reasons))
    with subtest("nothing is lost and nothing stored twice"):
        t.assertIsNone(report["complaint"])
        t.assertEqual(status, 0)
