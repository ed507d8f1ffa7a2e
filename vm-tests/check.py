# The test script of one case. `lab check` on the node `app` runs the steps and verifies the traces. Only this script can
# stop parts, so `lab check` requests each fault from it.
import json
import shlex
from typing import Any

FOLDER = "/run/lab-check"
REQUEST = f"{FOLDER}/request.json"


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
    # Until it exits, `lab check` announces each step, and requests each action on a part.
    while (request := next_request(app)) is not None:
        result = ""
        if request["do"] == "step":
            # `lab check` judges the steps after the last one, when the ledger has settled. Their subtests follow then.
            print(f"step: {request['caption']}", flush=True)
        else:
            with subtest(f"{request['do']} {request['part']}"):
                result = do(*where[request["part"]], request)
        app.succeed(f"printf %s {shlex.quote(result)} > {FOLDER}/result && rm {REQUEST}", timeout=120)

    log = app.succeed("journalctl --sync; journalctl --unit lab-check --output cat", timeout=60)
    text = app.succeed("cat /run/lab-check.json", timeout=120)
    status = int(app.succeed("systemctl show --property ExecMainStatus --value lab-check", timeout=120))
    if known["expect_failure"] is None:
        proved(status, text, log)
    else:
        detected(status, text, known["expect_failure"], log)


def next_request(app: BaseMachine) -> dict[str, Any] | None:
    """Returns the next request of `lab check`, or None after it has exited."""
    text = app.succeed(
        f"until [ -e {REQUEST} ] || ! systemctl --quiet is-active lab-check; do sleep 0.1; done; "
        f"cat {REQUEST} 2>/dev/null || true",
        timeout=600,
    )
    return json.loads(text) if text else None


def do(machine: BaseMachine, unit: str, request: dict[str, Any]) -> str:
    """Injects or removes a fault. Returns the last log lines of a part that was stopped, and the text of a file as JSON.
    A fault that is removed twice stays removed."""
    name = unit.removesuffix(".service")
    match request["do"]:
        case "stop":
            machine.succeed(f"systemctl stop {unit}", timeout=120)
            # Sync first: the last lines may not have reached the journal yet.
            return machine.succeed(f"journalctl --sync; journalctl --unit {unit} --lines 20 --output cat", timeout=120)
        case "start":
            # If it fails, the assertion shows the log of the unit.
            log = f"journalctl --unit {unit} --lines 20 --output cat"
            machine.succeed(f"systemctl start {unit} || {{ {log}; false; }}", timeout=120)
        case "kill":
            # Without the stop, systemd would restart the unit.
            machine.succeed(f"systemctl kill --signal KILL {unit}; systemctl stop {unit}", timeout=120)
        case "pause":
            machine.succeed(f"systemctl kill --signal STOP {unit}", timeout=120)
            # The timer resumes the unit even if `lab check` does not live to request it. By default, a timer may fire up to
            # one minute late.
            timer = f"--collect --unit=resume-{name} --on-active={request['ms']}ms --timer-property=AccuracySec=10ms"
            machine.succeed(f"systemd-run {timer} systemctl kill --signal CONT {unit}", timeout=120)
        case "resume":
            # Stop the timer, so that it does not end a later pause. It does not exist anymore after it has fired.
            machine.succeed(
                f"systemctl stop resume-{name}.timer 2>/dev/null || true; systemctl kill --signal CONT {unit}",
                timeout=120,
            )
        case "read":
            # The digit distinguishes an empty file from an absent one.
            file = f"/var/lib/{name}/{request['file']}"
            text = machine.succeed(f"if [ -e {file} ]; then printf 1; cat {file}; fi", timeout=120)
            return json.dumps(text[1:] if text else None)
        case "write" if request["text"] is None:
            machine.succeed(f"rm -f /var/lib/{name}/{request['file']}", timeout=120)
        case "write":
            # Rename a draft, so that the part reads either the old text or the new one. The part runs as another user,
            # so the file must be readable for all.
            file, text = f"/var/lib/{name}/{request['file']}", shlex.quote(request["text"])
            machine.succeed(
                f"printf %s {text} > {file}.draft && chmod 644 {file}.draft && mv {file}.draft {file}",
                timeout=120,
            )
        case other:
            raise ValueError(f"unknown request of lab check: `{other}`")
    return ""


def detected(status: int, text: str, failure: dict[str, Any], log: str) -> None:
    """The planted fault ends as the scenario expects; `lab check` has compared the findings."""
    with subtest("the planted fault is detected"):
        t.assertEqual(status, failure["exit"], log)
        t.assertEqual(json.loads(text)["unmet"], [], log)
        for pattern in failure.get("output_matches", []):
            t.assertRegex(log, pattern)


def proved(status: int, text: str, log: str) -> None:
    """Runs one subtest per step of the report, and one for the ledger."""
    # With any other status, `lab check` has printed the reason and no report.
    t.assertIn(status, [0, 2, 3], log)
    report = json.loads(text)
    ledger = [finding["text"] for finding in report["findings"]]
    for step in report["steps"]:
        with subtest(step["caption"]):
            # If the ledger does not settle, the steps are not judged, and its findings are the reason.
            reasons = [finding["text"] for finding in step["findings"]] + ledger
            t.assertEqual(step["verdict"], "passed", "\n".join(reasons))
    with subtest("nothing is lost and nothing stored twice"):
        t.assertEqual(ledger, [])
        t.assertEqual(status, 0)
