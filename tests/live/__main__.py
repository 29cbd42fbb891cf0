"""Serve one of the live servers over HTTP: its folder and a port in; until Ctrl-C, or for good."""

from __future__ import annotations

import sys
from importlib import import_module
from threading import Event

from tests.live.serving import serve


def main(name: str, port: str = "8000") -> None:
    with serve(import_module(f"tests.live.{name}.app").application(), int(port)) as url:
        print(f"{name} listens on {url}", flush=True)
        try:
            Event().wait()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main(*sys.argv[1:])
