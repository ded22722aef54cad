"""A folder that all machines of a cluster can write to: whatever fsspec knows, ``s3://bucket/reports`` or a disk."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import fsspec


def write(url: str, name: str, content: str) -> None:
    """Put a page into a folder of any kind that fsspec knows: whole, or not at all.

    Object stores put in one step; in file systems it is written under another name and renamed.
    """
    files, path = fsspec.core.url_to_fs(url)
    target = f"{path.rstrip('/')}/{name}"
    if _renames(files):
        files.makedirs(target.rpartition("/")[0], exist_ok=True)
        temporary = f"{target}.{uuid.uuid4().hex}.tmp"
        files.pipe_file(temporary, content.encode())
        Path(temporary).replace(target)
    else:
        files.pipe_file(target, content.encode())


def _renames(files: Any) -> bool:
    return "file" in (files.protocol if isinstance(files.protocol, tuple | list) else (files.protocol,))
