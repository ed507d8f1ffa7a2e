"""The script of a test: runs it, and says why it fails."""

import linecache
import sys
import traceback

NAME = "test.py"


def run(text: str, names: dict[str, object]) -> int:
    """Its exit code.  Any other error than a failed test is one of the driver, and goes on."""
    # From here, frames have their lines.
    linecache.cache[NAME] = (len(text), None, text.splitlines(keepends=True), NAME)
    try:
        exec(compile(text, NAME, "exec"), names)
    except AssertionError as error:
        tell(error)
        return 1
    return 0


def tell(error: AssertionError) -> None:
    """Where the script was, and the reason.  The frames of the driver and of unittest would only stand in between."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == NAME]
    sys.stdout.flush()
    sys.stderr.write("".join([*traceback.format_list(frames), *traceback.format_exception_only(error)]))
