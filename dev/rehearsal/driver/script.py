"""Runs the script of a test, and reports why it failed."""

import linecache
import sys
import traceback

NAME = "test.py"


def run(text: str, names: dict[str, object]) -> int:
    """Returns the exit code. Only a failed assertion is a failed test. Any other exception is propagated."""
    # Tracebacks read the source lines of the script from this cache.
    linecache.cache[NAME] = (len(text), None, text.splitlines(keepends=True), NAME)
    try:
        exec(compile(text, NAME, "exec"), names)
    except AssertionError as error:
        tell(error)
        return 1
    return 0


def tell(error: AssertionError) -> None:
    """Prints the position in the script, and the reason. Omits the frames of the driver and of unittest."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == NAME]
    sys.stdout.flush()
    sys.stderr.write("".join([*traceback.format_list(frames), *traceback.format_exception_only(error)]))
