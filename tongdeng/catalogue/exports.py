"""A law as a folder of files, to be read, sent and brought back."""

from pathlib import Path

from tongdeng.catalogue.published import bundle_files
from tongdeng.kernel.errors import Text, UnusableInput


def write_folder(digest: str, folder: Path) -> int:
    """Write a law's files into a new or empty folder and return how many; read back, they have the same digest."""
    files = bundle_files(digest)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        fact = Text("文件夹不是空的", "the folder is not empty")
        remedy = Text("换一个新文件夹", "name a new folder")
        raise UnusableInput("catalogue.folder.not_empty", fact, place=str(folder), remedy=remedy)
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    return len(files)
