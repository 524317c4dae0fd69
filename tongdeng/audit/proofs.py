"""Files that stand for themselves: the proof that one entry is sealed, and what a witness elsewhere keeps.

Both can be checked without the database, without Django, and by any other program that follows `chain`.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tongdeng.audit import chain
from tongdeng.kernel.errors import CheckFailed, Text, UnusableInput

PROOF, WITNESS = "tongdeng.audit.proof.1", "tongdeng.audit.witness.1"
Path = list[tuple[str, bytes]]


@dataclass(frozen=True)
class Proven:
    """What a good proof proves, and the key it was signed with."""

    entry: dict[str, str | None]
    seal: chain.Seal
    public: bytes


def proof(line: bytes, path: Path, seal: chain.Seal, signature: bytes, public: bytes) -> dict[str, Any]:
    """Return the document that proves one entry."""
    return {
        "format": PROOF,
        "entry": line.decode(),
        "path": [[side, other.hex()] for side, other in path],
        "seal": seal.signed_bytes().decode(),
        "signature": base64.b64encode(signature).decode(),
        "public_key": public.hex(),
    }


def witness(seals: Iterable[tuple[chain.Seal, bytes]], public: bytes) -> dict[str, Any]:
    """Return the document that a witness keeps: seals as they are signed, oldest first."""
    return {
        "format": WITNESS,
        "public_key": public.hex(),
        "seals": [
            {"seal": seal.signed_bytes().decode(), "signature": base64.b64encode(signature).decode()}
            for seal, signature in seals
        ],
    }


def check_proof(document: Mapping[str, Any], public: bytes | None) -> Proven:
    """Return what a proof proves. Raises CheckFailed where it does not hold.

    Without `public` it is held against the key it names itself: then it only proves that the file fits together.
    """
    line, path, seal, signature, named = _parts(document)
    if public is not None and public != named:
        raise _bad("audit.proof.key", Text("签名用的不是给定的公钥", "signed with another key than the one given"))
    if chain.root_by(path, chain.leaf(line)) != seal.root:
        raise _bad("audit.proof.entry", Text("记录与封存不符", "the entry does not belong to the seal"))
    if not seal.is_signed(signature, named):
        raise _bad("audit.proof.signature", Text("封存的签名不对", "the seal's signature is bad"))
    number = int(line.partition(b"\t")[0])
    if not any(low <= number < high for low, high in chain.read(seal.ids)):
        raise _bad("audit.proof.entry", Text("封存里没有这个编号", "the seal does not cover this number"))
    return Proven(_fields(line), seal, named)


def _parts(document: Mapping[str, Any]) -> tuple[bytes, Path, chain.Seal, bytes, bytes]:
    try:
        if document["format"] != PROOF:
            raise ValueError(document["format"])
        return (
            document["entry"].encode(),
            [(side, bytes.fromhex(other)) for side, other in document["path"]],
            chain.seal_from(document["seal"].encode()),
            base64.b64decode(document["signature"], validate=True),
            bytes.fromhex(document["public_key"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UnusableInput(
            "audit.proof.unreadable",
            Text("这不是记录证明文件", "this is no proof of an entry"),
            remedy=Text("请用 tongdeng audit proof 出具的文件", "use a file made by `tongdeng audit proof`"),
        ) from None


def _fields(line: bytes) -> dict[str, str | None]:
    values = line.decode().split("\t")
    return {name: None if value == r"\N" else value for name, value in zip(chain.COLUMNS, values, strict=True)}


def witnessed(document: Mapping[str, Any]) -> tuple[dict[int, bytes], bytes]:
    """Return the digests of the seals that a witness kept, by number, and their key; raises where it is not whole."""
    found, former = {}, None
    try:
        if document["format"] != WITNESS:
            raise ValueError(document["format"])
        public = bytes.fromhex(document["public_key"])
        for one in document["seals"]:
            seal = chain.seal_from(one["seal"].encode())
            if not seal.is_signed(base64.b64decode(one["signature"], validate=True), public):
                raise _bad("audit.witness.signature", Text("见证文件里的签名不对", "a signature in the file is bad"))
            if former is not None and seal.previous != former.digest:
                raise _bad("audit.witness.chain", Text("见证文件里的封存不相接", "the file's seals do not chain"))
            found[seal.number], former = seal.digest, seal
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UnusableInput(
            "audit.witness.unreadable",
            Text("这不是见证文件", "this is no witness file"),
            remedy=Text("请用 tongdeng audit witness 导出的文件", "use a file made by `tongdeng audit witness`"),
        ) from None
    return found, public


def _bad(code: str, fact: Text) -> CheckFailed:
    return CheckFailed(code, fact)
