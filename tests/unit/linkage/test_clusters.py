"""The guards between scored pairs and persons."""

from itertools import permutations

from tongdeng.linkage.clusters import Pair, cluster

A, B = "990101199001011234", "990101199002022345"


def clusters_of(numbers, *pairs, nodes=range(1, 6)):
    """Return node -> membership for pairs given as (left, right, weight)."""
    scored = [Pair(left, right, weight, 0.99) for left, right, weight in pairs]
    return cluster(nodes, numbers, scored, threshold=4.0, margin=6.0)


def test_a_row_without_number_joins_the_person_it_fits():
    found = clusters_of({1: A}, (1, 2, 20.0))
    assert found[2].cluster == found[1].cluster
    assert found[2].probability == 0.99
    assert found[1].probability == 1.0


def test_a_weak_pair_joins_nobody():
    found = clusters_of({1: A}, (1, 2, 3.0))
    assert found[2].cluster != found[1].cluster


def test_a_row_that_fits_two_bearers_of_numbers_joins_neither():
    found = clusters_of({1: A, 2: B}, (1, 3, 20.0), (2, 3, 16.0))
    assert found[3].in_doubt
    assert len({found[node].cluster for node in (1, 2, 3)}) == 3


def test_a_row_that_fits_one_clearly_better_joins_that_one():
    found = clusters_of({1: A, 2: B}, (1, 3, 30.0), (2, 3, 16.0))
    assert found[3].cluster == found[1].cluster != found[2].cluster
    assert not found[3].in_doubt


def test_two_valid_numbers_are_never_joined_through_others():
    found = clusters_of({1: A, 2: B}, (1, 3, 30.0), (3, 4, 28.0), (4, 2, 26.0))
    assert found[3].cluster == found[1].cluster
    assert found[1].cluster != found[2].cluster


def test_rows_of_one_number_are_one_person_whatever_else_they_say():
    found = clusters_of({1: A, 5: A})
    assert found[1].cluster == found[5].cluster


def test_the_order_of_the_pairs_does_not_matter():
    pairs = [(1, 3, 30.0), (3, 4, 28.0), (4, 2, 26.0), (4, 5, 12.0)]
    results = [clusters_of({1: A, 2: B}, *order) for order in permutations(pairs)]
    assert all(result == results[0] for result in results)


def test_a_row_alone_is_as_sure_as_its_best_rejected_pair_is_not():
    assert clusters_of({1: A})[2].probability == 1.0
    found = cluster([1, 2], {1: A}, [Pair(1, 2, 1.0, 0.3)], threshold=4.0, margin=6.0)
    assert found[2].probability == 0.7
