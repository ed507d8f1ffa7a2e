# The names that the NixOS test driver provides and the lab's test scripts use. ty checks the scripts against these types.
from collections.abc import Callable
from contextlib import AbstractContextManager
from unittest import TestCase

class BaseMachine:
    name: str

    def succeed(self, *commands: str, timeout: int | None = None) -> str: ...
    def wait_for_unit(self, unit: str, user: str | None = None, timeout: int = 900) -> None: ...

machines: list[BaseMachine]
start_all: Callable[[], None]
join_all: Callable[[], None]
subtest: Callable[[str], AbstractContextManager[None]]
t: TestCase
