"""Stars that leave columns out or put others in their place, written out for a database that has no such words."""

from collections.abc import Iterable, Mapping, Sequence

from sqlglot import exp

Columns = Mapping[str, Sequence[str]]


def written_out(tree: exp.Expr, tables: Columns) -> exp.Expr:
    """Return a query in which no star has EXCLUDE or REPLACE; `tables` tells the columns of those it may read.

    What is left out must go: a column that is named anew would stand beside its former self, which SQLite reads first.
    """
    for select in tree.find_all(exp.Select):
        if any(_changes(one) for one in select.expressions):
            made = [column for one in select.expressions for column in _columns(one, select, tables)]
            select.set("expressions", made)
    return tree


def names(query: exp.Expr, tables: Columns) -> list[str]:
    """Return the names of a query's columns."""
    while isinstance(query, exp.SetOperation | exp.Subquery):
        query = query.this
    if not isinstance(query, exp.Select):
        return []
    return [one.alias_or_name for each in query.expressions for one in _columns(each, query, tables, is_asked=True)]


def _star(one: exp.Expr) -> exp.Star | None:
    inner = one.this if isinstance(one, exp.Column) else one
    return inner if isinstance(inner, exp.Star) else None


def _changes(one: exp.Expr) -> bool:
    star = _star(one)
    return star is not None and any(star.args.values())


def _columns(one: exp.Expr, select: exp.Select, tables: Columns, *, is_asked: bool = False) -> list[exp.Expr]:
    """Return what stands for one entry of a select: for a star its columns, where it changes any or they are asked."""
    star = _star(one)
    if star is None or not (is_asked or _changes(one)):
        return [one]
    without = {each.name for each in star.args.get("except_") or ()}
    instead = {each.alias: each for each in star.args.get("replace") or ()}
    own, merged, found = one.text("table"), set[str](), list[exp.Expr]()
    for source, using in _sources(select):
        if own and source.alias_or_name != own:
            continue
        for name in _names_of(source, tables):
            # What a join is made USING stands there once.
            if name in without or (name in using and name in merged and not own):
                continue
            merged.add(name)
            found.append(instead[name].copy() if name in instead else exp.column(name, source.alias_or_name or None))
    return found


def _sources(select: exp.Select) -> Iterable[tuple[exp.Expr, set[str]]]:
    if start := select.args.get("from_"):
        yield start.this, set()
    for join in select.args.get("joins") or ():
        if join.kind not in ("SEMI", "ANTI"):
            yield join.this, {one.name for one in join.args.get("using") or ()}


def _names_of(source: exp.Expr, tables: Columns) -> Sequence[str]:
    if not isinstance(source, exp.Table):
        return names(source, tables)
    scope: exp.Expr | None = source
    while scope is not None:
        with_ = scope.args.get("with_")
        for made in with_.expressions if with_ else ():
            if made.alias == source.name:
                return made.alias_column_names or names(made.this, tables)
        scope = scope.parent
    return tables[source.name]
