"""The long proofs with their figures: `python -m tests.soak [NAME…]`; see `--help`."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import ROOT
from tests.soak import proofs


def tests(*arguments: str, **environment: str) -> dict:
    """A file of the tests with more examples than `make test` takes."""
    command = [sys.executable, "-m", "pytest", "-s", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | environment, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    lines = [line.lstrip(".") for line in done.stdout.splitlines()]
    return {"pytest": lines[-1], "told": [line for line in lines if "texts: " in line]}


def main() -> int:
    parser = argparse.ArgumentParser(description="Proofs under load and fault, against a service started here on 127.0.0.1.")
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="canary, terminate, kill, slow, overload, memory, same, hostile, openapi; all where none is named",
    )
    parser.add_argument("--minutes", type=float, default=3, help="of overload (default: %(default)s)")
    parser.add_argument("--requests", type=int, default=50_000, help="of the memory proof (default: %(default)s)")
    parser.add_argument("--examples", type=int, default=10_000, help="hostile texts (default: %(default)s)")
    parser.add_argument("--calls", type=int, default=500, help="by schemathesis on each route (default: %(default)s)")
    parser.add_argument("--documents", type=int, default=200, help="answered alone, as batch and as lines (default: %(default)s)")
    parser.add_argument("--stub", action="store_true", help="the fake engine instead of the model")
    args = parser.parse_args()
    real = not args.stub
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        every = {
            "canary": lambda: proofs.canary(folder, real),
            "terminate": lambda: proofs.terminate(folder, real, 10),
            "kill": lambda: proofs.kill(folder, real, 10),
            "slow": lambda: proofs.slow(folder, real, 20),
            "overload": lambda: proofs.overload(folder, real, 60 * args.minutes),
            "memory": lambda: proofs.memory(folder, real, args.requests),
            "hostile": lambda: tests("tests/test_hostile.py", HOSTILE_EXAMPLES=str(args.examples)),
            "openapi": lambda: tests("tests/test_openapi.py", SCHEMATHESIS_EXAMPLES=str(args.calls)),
            "same": lambda: proofs.same(folder, real, args.documents),
        }
        if unknown := set(args.names) - set(every):
            parser.error(f"unknown: {', '.join(sorted(unknown))}")
        failed = 0
        for name in args.names or every:
            begun = time.monotonic()
            try:
                figures, held = every[name](), True
            except AssertionError as error:
                figures, held = error.args[0] if error.args else "", False
                failed += 1
            seconds = time.monotonic() - begun
            print(
                f"{name}: {'holds' if held else 'FAILED'} ({seconds:.0f} s)\n  {json.dumps(figures, ensure_ascii=False, default=str)}",
                flush=True,
            )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
