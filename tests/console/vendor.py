"""Bring the libraries of the console anew, from their npm packages: `python -m tests.console.vendor`.

Their modules name each other as packages (`from "preact"`), which a page without an import map does
not find; each such name becomes the file beside it, and the comment that leads to a source map goes.
Nothing else is changed.
"""

from __future__ import annotations

import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

import mockserver.control

VENDOR = Path(mockserver.control.__file__).parent / "console" / "vendor"
PACKAGES = {
    "preact": (
        "preact@11.2.0",
        {"dist/preact.mjs": "preact.js", "hooks/dist/hooks.mjs": "hooks.js"},
    ),
    "htm": ("htm@3.1.1", {"dist/htm.mjs": "htm.js"}),
    "signals-core": ("@preact/signals-core@1.14.5", {"dist/signals-core.mjs": "signals-core.js"}),
    "signals": ("@preact/signals@2.11.4", {"dist/signals.mjs": "signals.js"}),
}
"""The packages by the names of their licenses: their versions, and what is taken of them."""
FILES = {
    "preact": "./preact.js",
    "preact/hooks": "./hooks.js",
    "@preact/signals-core": "./signals-core.js",
}
IMPORT = re.compile(r'\bfrom\s*"([^"]+)"')
SOURCE_MAP = re.compile(r"\n?//# sourceMappingURL=.*\n?")


def with_files(source: str) -> str:
    """Return a module that imports the files beside it."""
    source = IMPORT.sub(lambda found: f'from "{FILES[found[1]]}"', source)
    return SOURCE_MAP.sub("\n", source)


def main() -> None:
    for name, (package, wanted) in PACKAGES.items():
        with tempfile.TemporaryDirectory() as folder:
            packed = subprocess.run(
                ["npm", "pack", package, "--silent"], cwd=folder, capture_output=True, check=True
            )
            archive = Path(folder) / packed.stdout.decode().strip()
            with tarfile.open(archive) as files:
                files.extractall(folder, filter="data")
            content = Path(folder) / "package"
            for source, target in wanted.items():
                text = (content / source).read_text("utf-8")
                (VENDOR / target).write_text(with_files(text), "utf-8")
            license_text = (content / "LICENSE").read_text("utf-8")
            (VENDOR / f"{name}.LICENSE").write_text(license_text, "utf-8")


if __name__ == "__main__":
    main()
