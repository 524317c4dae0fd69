"""A register that is somebody's own is never taken for a demo."""

import json


def test_a_register_with_staff_is_left_alone_even_with_reset(database, tongdeng):
    added = tongdeng("user", "add", "wang", "--name", "王秀珍", "--kind", "clerk", "--json")
    assert added.returncode == 0, added.stderr
    for words in ((), ("--reset",)):
        refused = tongdeng("demo", "--people", "100", "--no-serve", "--json", *words)
        assert refused.returncode == 2
        assert json.loads(refused.stdout)["code"] == "demo.not_empty"
    assert json.loads(tongdeng("user", "reset", "wang", "--json").stdout)["login"] == "wang"
    assert tongdeng("user", "reset", "nobody", "--json").returncode == 2
