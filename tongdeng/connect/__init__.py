"""Departments' own software: which system acts in which post, its keys, its repeated requests, and what it is told."""
