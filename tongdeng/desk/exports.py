"""What the sites need of cases besides acts and reads: the table, its picture, papers held, packages."""

from tongdeng.desk import held, joints, lifecycle, packages, picture, rules, together

__all__ = ["held", "joints", "lifecycle", "packages", "picture", "rules", "together"]
