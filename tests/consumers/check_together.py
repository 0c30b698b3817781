"""Together: the check its client runs before an upload.

python check_together.py FOLDERS
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

from together.lib.utils.files import check_file


def main() -> None:
    """Check both files."""
    folder = Path(sys.argv[1]) / "together"
    for name in ("train.jsonl", "validation.jsonl"):
        found = check_file(folder / name)
        rows = len((folder / name).read_bytes().splitlines())
        words = "passed" if found["is_check_passed"] else found["message"]
        about = f"{found['num_samples']} of {rows} rows: {words}"
        print(f"together {version('together')} {name}: {about}")


if __name__ == "__main__":
    main()
