"""`python -m gx_pipeline.cli`, and the console script: a command as a process of its own. Not here: the commands."""

from __future__ import annotations

import atexit
import os
import sys
from typing import NoReturn

from gx_pipeline.cli import main


def console() -> NoReturn:
    """Run a command and end the process with its status, once all that Python has to tidy up is tidied up.

    The process ends without the destructors of native libraries: a run loads several that keep threads (gRPC, Arrow, DuckDB),
    and now and then one of them aborts at that point (SIGABRT), after all work is done, which made a good run look failed.
    """
    status: object = 0
    try:
        main()
    except SystemExit as end:
        status = end.code
    if isinstance(status, str):
        print(status, file=sys.stderr)
    code = status if isinstance(status, int) else int(status is not None)
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    console()
