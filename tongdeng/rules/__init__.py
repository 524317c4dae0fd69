"""The law as data: loads it, checks it, answers from it and explains the answers. No Django, no database."""

from tongdeng.rules.check import Findings, check
from tongdeng.rules.loader import load

__all__ = ["Findings", "check", "load"]
