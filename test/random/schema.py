"""Random SQLite schemas, and random changes of one into another.

A schema is a list of objects that know which columns they name, so that a
change can be carried through or what no longer fits can be dropped.  render()
spells the same schema in another way each time.
"""
import copy
import re

NAMES = ["a", "b", "c", "d", "e", "Users", "orders", "item", "tag", "note",
         "Team Name", "select", "Order", "group", "naïve", "ÄÖü", "tab\"le",
         "it's", "semi;colon", "back`tick", "1abc", "a.b", "dash-ed", "%s",
         "$1", ":x", "rowid", "_rowid_", "oid", "new", "old", "key", "text",
         "default", "check", "Temp", "_", "x" * 120, "日本", "--c", "/*c*/",
         "dbmigx", "main", "value", "row", "strict", "true", "null", "if",
         "]close", "match", "end", "begin", "generated", "always", "abort"]
TYPES = [None, "INTEGER", "INT", "TEXT", "VARCHAR(20)", "REAL", "BLOB",
         "NUMERIC", "DECIMAL(10, 2)", "BOOLEAN", "DateTime", "BIGINT",
         "double precision", "Native Character (70)", "any"]
STRICT_TYPES = ["INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"]
DEFAULTS = ["NULL", "0", "-1", "+2.5", "'x'", "''", "'it''s -- no'", "x'00ff'",
            "1e3", "TRUE", "word", "\"Quoted\"", "CURRENT_TIMESTAMP",
            "(1 + 2)", "(abs(-3))", "(lower('ABC'))", "(NULL)", "0x10",
            "current_date", "(random() & 0)", "9223372036854775807"]
TIMES = ("current_", "random")
CONFLICTS = ["ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"]
COLLATIONS = ["NOCASE", "RTRIM", "BINARY"]
ACTIONS = ["CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION"]
# {0}, {1} stand for columns.
CHECKS = ["{0} IS NULL OR {0} <> 'zzz'", "length({0}) < 200", "{0} > -100000",
          "typeof({0}) <> 'blob' OR length({0}) < 50", "{0} NOT IN (77, '7;7')",
          "({0} <> {1}) IS NOT NULL OR 1", "{0} > 2", "{0} IS NOT NULL",
          "coalesce({0}, 0) <> 5 AND ({1} IS NULL OR 1)", "{0} LIKE '%'"]
EXPRESSIONS = ["{0}", "coalesce({0}, '-') || 'x'", "length({0})", "{0} + {1}",
               "CASE WHEN {0} IS NULL THEN 'n' ELSE {1} END", "({0} IS {1})",
               "hex({0})", "abs({0}) % 7"]
KEYWORDS = set("""add all alter always and as autoincrement begin between case
cast check collate commit constraint create cross current default deferrable
delete distinct drop each else end escape except exists false foreign from full
generated glob group having if in index indexed inner insert intersect into is
isnull join key left like limit match main natural new no not nothing notnull
null of oid old on or order outer over primary raise references regexp right row
rowid rows select set strict table temp then to transaction trigger true union
unique update using values view virtual when where with without abort text
value default""".split())


class Column:
    def __init__(self, name):
        self.name = name
        self.type = None
        self.pk = None              # "", "ASC", "DESC"
        self.auto = False
        self.not_null = None        # "" or an ON CONFLICT
        self.unique = None
        self.default = None
        self.checks = []            # (name or None, template, columns)
        self.collate = None
        self.references = None      # Foreign
        self.generated = None       # (template, columns)
        self.stored = False


class Foreign:
    def __init__(self, parent, columns, tail):
        self.parent = parent
        self.columns = columns      # of the parent, or None
        self.tail = tail


class Constraint:
    def __init__(self, kind, name, columns):
        self.kind = kind            # "pk", "unique", "check", "fk"
        self.name = name
        self.columns = columns
        self.suffixes = [""] * len(columns)
        self.template = None
        self.conflict = ""
        self.foreign = None


class Table:
    kind = "table"

    def __init__(self, name):
        self.name = name
        self.columns = []
        self.constraints = []
        self.strict = False
        self.without_rowid = False
        self.born = None            # the table of schema a that it was

    def column(self, name):
        for column in self.columns:
            if column.name.lower() == name.lower():
                return column
        return None

    def names(self):
        return [c.name for c in self.columns]


class Index:
    kind = "index"

    def __init__(self, name, table):
        self.name = name
        self.table = table
        self.unique = False
        self.items = []             # (template, columns, suffix)
        self.where = None           # (template, columns)


class View:
    kind = "view"

    def __init__(self, name, source, columns):
        self.name = name
        self.source = source        # a table or a view
        self.columns = columns      # of the source, or None for "*"
        self.where = None
        self.named = None           # names of its own columns


class Trigger:
    kind = "trigger"

    def __init__(self, name, table):
        self.name = name
        self.table = table
        self.when = "AFTER"
        self.event = "INSERT"
        self.of = []
        self.condition = None       # (template, columns)
        self.target = None          # table that the body names
        self.column = None          # of the target
        self.marker = 0


class Virtual:
    kind = "virtual"

    def __init__(self, name, module, args, columns):
        self.name = name
        self.module = module
        self.args = args
        self.columns = columns


class Schema:
    def __init__(self):
        self.objects = []
        self.renames = {}           # option "renames"
        self.hints = {}             # (table, column or None) -> old name
        self.taken = set()          # names that schema a has

    def of(self, kind):
        return [o for o in self.objects if o.kind == kind]

    def find(self, kind, name):
        for o in self.of(kind):
            if o.name.lower() == name.lower():
                return o
        return None

    def used(self):
        return {o.name.lower() for o in self.objects}


# ---------------------------------------------------------------- making

def pick_name(rng, used, prefix=""):
    while True:
        name = prefix + rng.choice(NAMES)
        if rng.random() < 0.3:
            name += str(rng.randrange(30))
        if name.lower() not in used and not name.lower().startswith("sqlite_"):
            return name


def pick_template(rng, templates, names):
    template = rng.choice(templates)
    return template, [rng.choice(names) for _ in range(2)]


def make_column(rng, table, spread=1.0):
    column = Column(pick_name(rng, {c.name.lower() for c in table.columns}))
    column.type = rng.choice(STRICT_TYPES if table.strict else TYPES)
    if rng.random() < 0.25 * spread:
        column.not_null = conflict(rng)
    if rng.random() < 0.1 * spread:
        column.unique = conflict(rng)
    if rng.random() < 0.3 or (column.not_null is not None and
                              rng.random() < 0.7):
        column.default = rng.choice(DEFAULTS)
        if table.strict:
            column.default = {"INT": "7", "INTEGER": "-7", "REAL": "1.5",
                              "TEXT": "'t'", "BLOB": "x'01'"}.get(
                                  column.type, column.default)
    if rng.random() < 0.12:
        column.collate = rng.choice(COLLATIONS)
    if rng.random() < 0.12:
        add_check(rng, table, column)
    names = [c.name for c in table.columns if c.generated is None]
    if names and rng.random() < 0.1:
        column.generated = pick_template(rng, EXPRESSIONS, names)
        column.stored = rng.random() < 0.4
        column.default = None
        if table.strict:
            column.type = "ANY"
    return column


def add_check(rng, table, column):
    name = pick_name(rng, set()) if rng.random() < 0.4 else None
    template = rng.choice(CHECKS)
    others = table.names() + [column.name]
    column.checks.append((name, template, [column.name, rng.choice(others)]))


def conflict(rng):
    return "" if rng.random() < 0.85 else rng.choice(CONFLICTS)


def make_table(rng, schema, spread=1.0):
    table = Table(pick_name(rng, schema.used()))
    table.strict = rng.random() < 0.15
    for _ in range(rng.choice([1, 2, 3, 3, 4, 4, 5, 6, 8])):
        table.columns.append(make_column(rng, table, spread))
    make_primary_key(rng, table)
    if rng.random() < 0.3:
        make_unique(rng, table)
    if rng.random() < 0.25:
        make_check(rng, table)
    return table


def plain(table):
    return [c for c in table.columns if c.generated is None]


def make_primary_key(rng, table):
    columns = plain(table)
    what = rng.random()
    if not columns:
        return
    column = rng.choice(columns)
    if what < 0.45:
        column.type = "INTEGER"
        column.default = column.unique = column.not_null = None
        column.pk = rng.choice(["", "", "", "ASC", "DESC"])
        column.auto = column.pk != "DESC" and rng.random() < 0.35
    elif what < 0.55:
        column.pk = rng.choice(["", "DESC"])
    elif what < 0.7:
        chosen = rng.sample(columns, min(len(columns), rng.choice([1, 2, 3])))
        key = Constraint("pk", pick_name(rng, set())
                         if rng.random() < 0.3 else None,
                         [c.name for c in chosen])
        if rng.random() < 0.2:
            key.suffixes = [rng.choice(["", " DESC", " COLLATE nocase"])
                            for _ in chosen]
        key.conflict = conflict(rng)
        table.constraints.insert(0, key)
    if has_pk(table) and rng.random() < 0.25 and \
            not any(c.auto for c in table.columns):
        table.without_rowid = True


def has_pk(table):
    return any(c.pk is not None for c in table.columns) or \
        any(c.kind == "pk" for c in table.constraints)


def make_unique(rng, table):
    columns = [c.name for c in table.columns]
    chosen = rng.sample(columns, min(len(columns), rng.choice([1, 2])))
    key = Constraint("unique", pick_name(rng, set())
                     if rng.random() < 0.4 else None, chosen)
    key.conflict = conflict(rng)
    table.constraints.append(key)


def make_check(rng, table):
    template, names = pick_template(rng, CHECKS, table.names())
    check = Constraint("check", pick_name(rng, set())
                       if rng.random() < 0.4 else None, names)
    check.template = template
    table.constraints.append(check)


def tail_of(rng):
    tail = ""
    if rng.random() < 0.5:
        tail += " ON DELETE " + rng.choice(ACTIONS)
    if rng.random() < 0.3:
        tail += " ON UPDATE " + rng.choice(ACTIONS)
    if rng.random() < 0.1:
        tail += " MATCH " + rng.choice(["SIMPLE", "FULL", "partial"])
    if rng.random() < 0.25:
        tail += rng.choice([" DEFERRABLE INITIALLY DEFERRED", " DEFERRABLE",
                            " NOT DEFERRABLE", " NOT DEFERRABLE INITIALLY "
                            "IMMEDIATE"])
    return tail


def keys_of(table):
    """Lists of columns that a foreign key can refer to."""
    keys = [[c.name] for c in table.columns
            if c.pk is not None or c.unique is not None]
    keys += [k.columns for k in table.constraints
             if k.kind in ("pk", "unique") and
             not any("COLLATE" in s for s in k.suffixes)]
    return keys


def make_foreign(rng, schema, table):
    parent = rng.choice(schema.of("table"))
    keys = keys_of(parent)
    if not keys and rng.random() < 0.97:
        return
    key = rng.choice(keys) if keys else [rng.choice(parent.columns).name]
    children = plain(table)
    if len(children) < len(key):
        return
    chosen = rng.sample(children, len(key))
    named = list(key)
    primary = [c.name for c in parent.columns if c.pk is not None]
    if key == primary and rng.random() < 0.4:
        named = None
    foreign = Foreign(parent.name, named, tail_of(rng))
    if len(key) == 1 and rng.random() < 0.6 and chosen[0].references is None:
        chosen[0].references = foreign
        return
    made = Constraint("fk", pick_name(rng, set())
                      if rng.random() < 0.4 else None,
                      [c.name for c in chosen])
    made.foreign = foreign
    table.constraints.append(made)


def make_index(rng, schema):
    table = rng.choice(schema.of("table"))
    index = Index(pick_name(rng, schema.used(), rng.choice(["i", ""])),
                  table.name)
    index.unique = rng.random() < 0.2
    for _ in range(rng.choice([1, 1, 2, 3])):
        if rng.random() < 0.75:
            item = ("{0}", [rng.choice(table.names())])
        else:
            item = pick_template(rng, EXPRESSIONS, table.names())
        suffix = rng.choice(["", "", "", " DESC", " ASC", " COLLATE nocase",
                             " COLLATE rtrim DESC"])
        index.items.append((item[0], item[1], suffix))
    if rng.random() < 0.2:
        index.where = pick_template(
            rng, ["{0} IS NOT NULL", "{0} > 5", "{0} <> 'x;y' AND {1} IS NULL"],
            table.names())
    schema.objects.append(index)


def make_view(rng, schema):
    source = rng.choice(schema.of("table") + schema.of("view"))
    columns = None
    if source.kind == "table" and rng.random() < 0.8:
        columns = rng.sample(source.names(),
                             rng.randrange(1, len(source.columns) + 1))
    view = View(pick_name(rng, schema.used(), "v"), source.name, columns)
    if columns and rng.random() < 0.3:
        view.where = pick_template(rng, CHECKS, columns)
    if columns and rng.random() < 0.2:
        view.named = ["n%d" % i for i in range(len(columns))]
    schema.objects.append(view)


def make_trigger(rng, schema):
    tables = schema.of("table")
    views = schema.of("view")
    on = rng.choice(tables + views[:1])
    trigger = Trigger(pick_name(rng, schema.used(), "t"), on.name)
    trigger.event = rng.choice(["INSERT", "UPDATE", "DELETE"])
    trigger.when = "INSTEAD OF" if on.kind == "view" else \
        rng.choice(["AFTER", "BEFORE", ""])
    if on.kind == "table":
        if trigger.event == "UPDATE" and rng.random() < 0.5:
            trigger.of = rng.sample(on.names(),
                                    rng.randrange(1, len(on.columns) + 1))
        if rng.random() < 0.3:
            trigger.condition = ("%s.{0} IS NOT NULL" %
                                 ("old" if trigger.event == "DELETE"
                                  else "new"), [rng.choice(on.names())])
    target = rng.choice(tables)
    trigger.target = target.name
    columns = plain(target)
    if columns and rng.random() < 0.7:
        trigger.column = rng.choice(columns).name
    trigger.marker = rng.randrange(1000)
    schema.objects.append(trigger)


def make_virtual(rng, schema):
    name = pick_name(rng, schema.used(), "f")
    kind = rng.random()
    if kind < 0.6:
        columns = ["title", "body", "x y", "other"][:rng.randrange(1, 5)]
        args = ['"%s"' % c for c in columns]
        if rng.random() < 0.3:
            args[-1] += " UNINDEXED" if len(args) > 1 else ""
        if rng.random() < 0.3:
            args.append("tokenize = 'porter ascii'")
        if rng.random() < 0.2:
            args.append("prefix='2 3'")
        schema.objects.append(Virtual(name, "fts5", args, columns))
    elif kind < 0.85:
        columns = ["id", "x0", "x1"] + (["y0", "y1"]
                                        if rng.random() < 0.5 else [])
        schema.objects.append(Virtual(name, rng.choice(
            ["rtree", "rtree_i32"]), list(columns), columns))
    else:
        columns = ["title", "body"][:rng.randrange(1, 3)]
        schema.objects.append(Virtual(name, "fts4", list(columns), columns))


def make(rng):
    schema = Schema()
    for _ in range(rng.choice([1, 2, 2, 3, 3, 4, 5])):
        schema.objects.append(make_table(rng, schema))
    for table in schema.of("table"):
        while rng.random() < 0.4:
            make_foreign(rng, schema, table)
    for maker, chance in ((make_index, 0.65), (make_view, 0.5),
                          (make_trigger, 0.5), (make_virtual, 0.2)):
        while rng.random() < chance:
            maker(rng, schema)
    repair(schema)
    return schema


# ---------------------------------------------------------------- changing

def drop_any(rng, schema):
    schema.objects.remove(rng.choice(schema.objects))


def add_any(rng, schema):
    rng.choice([lambda: schema.objects.append(make_table(rng, schema)),
                lambda: make_index(rng, schema),
                lambda: make_view(rng, schema),
                lambda: make_trigger(rng, schema),
                lambda: make_virtual(rng, schema)])()


def add_column(rng, schema):
    table = rng.choice(schema.of("table"))
    column = make_column(rng, table, 0.6)
    table.columns.insert(rng.randrange(len(table.columns) + 1)
                         if rng.random() < 0.5 else len(table.columns), column)


def drop_column(rng, schema):
    table = rng.choice(schema.of("table"))
    if len(table.columns) > 1:
        table.columns.remove(rng.choice(table.columns))


def change_column(rng, schema):
    table = rng.choice(schema.of("table"))
    column = rng.choice(table.columns)
    what = rng.choice(["type", "not_null", "unique", "default", "check",
                       "collate", "pk", "auto", "references", "generated",
                       "stored", "default", "not_null"])
    if what == "type":
        column.type = rng.choice(STRICT_TYPES if table.strict else TYPES)
    elif what == "not_null":
        column.not_null = conflict(rng) if column.not_null is None else None
    elif what == "unique":
        column.unique = conflict(rng) if column.unique is None else None
    elif what == "default":
        column.default = None if column.default and rng.random() < 0.4 else \
            rng.choice(DEFAULTS)
    elif what == "check":
        if column.checks and rng.random() < 0.6:
            column.checks.pop()
        else:
            add_check(rng, table, column)
    elif what == "collate":
        column.collate = rng.choice(COLLATIONS + [None])
    elif what == "pk":
        for other in table.columns:
            other.pk, other.auto = None, False
        table.constraints = [c for c in table.constraints if c.kind != "pk"]
        if rng.random() < 0.7:
            make_primary_key(rng, table)
    elif what == "auto" and column.pk in ("", "ASC"):
        column.auto = not column.auto
    elif what == "references":
        if column.references is not None:
            column.references = None
        else:
            make_foreign(rng, schema, table)
    elif what == "generated":
        others = [c.name for c in plain(table) if c is not column]
        if column.generated is not None and rng.random() < 0.5:
            column.generated, column.stored = None, False
        elif others and column.pk is None:
            column.generated = pick_template(rng, EXPRESSIONS, others)
            column.default = None
    elif what == "stored" and column.generated is not None:
        column.stored = not column.stored


def change_constraints(rng, schema):
    table = rng.choice(schema.of("table"))
    if table.constraints and rng.random() < 0.5:
        gone = rng.choice(table.constraints)
        table.constraints.remove(gone)
    else:
        rng.choice([lambda: make_unique(rng, table),
                    lambda: make_check(rng, table),
                    lambda: make_foreign(rng, schema, table)])()


def change_options(rng, schema):
    table = rng.choice(schema.of("table"))
    if rng.random() < 0.5:
        table.strict = not table.strict
        if table.strict:
            for c in table.columns:
                if c.type not in STRICT_TYPES:
                    c.type = "ANY"
    elif has_pk(table):
        table.without_rowid = not table.without_rowid


def reorder(rng, schema):
    table = rng.choice(schema.of("table"))
    rng.shuffle(table.columns)


def change_other(rng, schema):
    others = schema.of("index") + schema.of("view") + schema.of("trigger")
    if not others:
        return
    it = rng.choice(others)
    if it.kind == "index":
        table = schema.find("table", it.table)
        if rng.random() < 0.4:
            it.unique = not it.unique
        elif table is not None:
            it.items[0] = ("{0}", [rng.choice(table.names())],
                           rng.choice(["", " DESC"]))
    elif it.kind == "view":
        it.where = None if it.where else \
            (pick_template(rng, CHECKS, it.columns) if it.columns else None)
    else:
        it.marker = rng.randrange(1000)


def rename_table(rng, schema):
    table = rng.choice(schema.of("table"))
    if table.born is None or table.name != table.born:
        return
    new = pick_name(rng, schema.used() | schema.taken)
    if "." in table.name:
        return
    for o in schema.objects:
        if o.kind in ("index", "trigger") and o.table == table.name:
            o.table = new
        if o.kind == "trigger" and o.target == table.name:
            o.target = new
        if o.kind == "view" and o.source == table.name:
            o.source = new
        for foreign in foreigns(o):
            if foreign.parent == table.name:
                foreign.parent = new
    if rng.random() < 0.5:
        schema.renames[table.name] = new
    else:
        schema.hints[new, None] = table.name
    table.name = new


def foreigns(o):
    if o.kind != "table":
        return []
    return [c.references for c in o.columns if c.references is not None] + \
        [c.foreign for c in o.constraints if c.foreign is not None]


def rename_column(rng, schema):
    table = rng.choice(schema.of("table"))
    column = rng.choice(table.columns)
    if table.born is None or "." in table.born or \
            getattr(column, "born", None) != column.name:
        return
    old = column.name
    new = pick_name(rng, {c.name.lower() for c in table.columns})
    swap = {old: new}

    def through(names):
        return [swap.get(n, n) for n in names]

    for c in table.columns:
        c.checks = [(n, t, through(cs)) for n, t, cs in c.checks]
        if c.generated is not None:
            c.generated = (c.generated[0], through(c.generated[1]))
    for c in table.constraints:
        c.columns = through(c.columns)
    for o in schema.objects:
        if o.kind == "index" and o.table == table.name:
            o.items = [(t, through(cs), s) for t, cs, s in o.items]
            if o.where:
                o.where = (o.where[0], through(o.where[1]))
        if o.kind == "view" and o.source == table.name and o.columns:
            o.columns = through(o.columns)
            if o.where:
                o.where = (o.where[0], through(o.where[1]))
        if o.kind == "trigger":
            if o.table == table.name:
                o.of = through(o.of)
                if o.condition:
                    o.condition = (o.condition[0], through(o.condition[1]))
            if o.target == table.name and o.column == old:
                o.column = new
        for foreign in foreigns(o):
            if foreign.parent == table.name and foreign.columns:
                foreign.columns = through(foreign.columns)
    column.name = new
    if rng.random() < 0.5:
        schema.renames["%s.%s" % (table.born, old)] = new
    else:
        schema.hints[table.born, new] = old


def change(rng, schema):
    """A schema derived from schema; columns know what they were (born)."""
    new = copy.deepcopy(schema)
    new.taken = schema.used()
    for table in new.of("table"):
        table.born = table.name
        for column in table.columns:
            column.born = column.name
    edits = [drop_any, add_any, add_any, add_column, add_column, drop_column,
             change_column, change_column, change_column, change_column,
             change_constraints, change_constraints, change_options, reorder,
             change_other, rename_table, rename_column]
    for _ in range(rng.choice([0, 1, 1, 1, 2, 2, 3, 4, 6, 9])):
        if not new.of("table"):
            break
        rng.choice(edits)(rng, new)
    fix_hints(new)
    repair(new)
    rng.shuffle(new.objects)
    return new


def fix_hints(schema):
    """A hint stands where the column is: in its table, by the new name."""
    now = {t.born: t.name for t in schema.of("table") if t.born is not None}
    for old, new in list(schema.renames.items()):
        table = schema.find("table", now.get(old.split(".")[0], ""))
        if (schema.find("table", new) if "." not in old else
                table and table.column(new)) is None:
            del schema.renames[old]
    schema.hints = {(t if c is None else now.get(t, t), c): old
                    for (t, c), old in schema.hints.items()}


# ---------------------------------------------------------------- repairing

def all_there(table, names):
    return all(table.column(n) is not None for n in names)


def repair_table(schema, table):
    for c in table.columns:
        c.checks = [k for k in c.checks if all_there(table, k[2])]
        if c.generated is not None:
            names = [n for n in c.generated[1]]
            others = [table.column(n) for n in names]
            if None in others or any(o.generated is not None for o in others):
                c.generated, c.stored = None, False
        if c.generated is not None:
            c.pk, c.auto, c.default, c.references = None, False, None, None
        # SQLite compares no virtual value with its type, except in
        # PRAGMA integrity_check.
        if table.strict and (c.type not in STRICT_TYPES or
                             c.generated is not None):
            c.type = "ANY"
    for kept in [c for c in table.columns if c.pk is not None][1:]:
        kept.pk, kept.auto = None, False
    table.constraints = [
        c for c in table.constraints if all_there(table, c.columns)]
    if any(c.pk is not None for c in table.columns):
        table.constraints = [c for c in table.constraints if c.kind != "pk"]
    else:
        keys = [c for c in table.constraints if c.kind == "pk"]
        for c in keys:
            if c is not keys[0] or any(
                    table.column(n).generated is not None for n in c.columns):
                table.constraints.remove(c)
    for c in table.columns:
        if c.auto and (c.pk is None or c.pk == "DESC" or
                       (c.type or "").upper() != "INTEGER" or
                       table.without_rowid):
            c.auto = False
    if not has_pk(table):
        table.without_rowid = False
    if all(c.generated is not None for c in table.columns):
        table.columns[0].generated, table.columns[0].stored = None, False


def repair_foreign(schema, table):
    """A key keeps its parent's columns, or goes (but for a few)."""
    def fits(foreign):
        if foreign is None:
            return True
        parent = schema.find("table", foreign.parent)
        return parent is None or foreign.columns is None or \
            all_there(parent, foreign.columns)

    for c in table.columns:
        if not fits(c.references):
            c.references = None
    table.constraints = [c for c in table.constraints if fits(c.foreign)]


def repair(schema):
    for table in schema.of("table"):
        repair_table(schema, table)
    for table in schema.of("table"):
        repair_foreign(schema, table)
    kept = []
    for o in schema.objects:
        if o.kind == "index":
            table = schema.find("table", o.table)
            if table is None or not all(
                    all_there(table, cs) for _, cs, _ in o.items) or \
                    (o.where and not all_there(table, o.where[1])):
                continue
        elif o.kind == "trigger":
            on = schema.find("table", o.table)
            if on is None and (schema.find("view", o.table) is None or
                               o.when != "INSTEAD OF"):
                continue
            if on is not None and (
                    not all_there(on, o.of) or o.when == "INSTEAD OF"):
                continue
        kept.append(o)
    schema.objects = kept


# ---------------------------------------------------------------- spelling

class Speller:
    """Writes names and keywords in one of the many ways that mean the same."""

    def __init__(self, rng, freely=True):
        self.rng = rng
        self.freely = freely

    def name(self, name):
        bare = re.fullmatch(r"[A-Za-z_\u0080-\uffff][\w]*", name) and \
            name.lower() not in KEYWORDS
        forms = ['"%s"' % name.replace('"', '""')]
        if self.freely:
            forms.append("`%s`" % name.replace("`", "``"))
            if "]" not in name:
                forms.append("[%s]" % name)
            if bare:
                forms += [name] * 6
                if name.isascii():
                    forms += [name.upper(), name.lower(),
                              '"%s"' % name.upper()]
        return self.rng.choice(forms)

    def own(self, name):
        """The name of what is created: its case is part of the schema."""
        while True:
            text = self.name(name)
            if name in text or not name.isascii() or '"' in name or \
                    "`" in name:
                return text

    def word(self, text):
        if not self.freely:
            return text
        return text if self.rng.random() < 0.7 else text.lower()

    def space(self):
        if not self.freely or self.rng.random() < 0.85:
            return " "
        return self.rng.choice(["\n\t", "  ", " /* c */ ", " -- it's\n",
                                "\t", "\r\n"])

    def expression(self, template, names):
        # '%' in templates is theirs; only {n} is ours.
        return re.sub(r"\{(\d)\}",
                      lambda m: self.name(names[int(m.group(1))]), template)


def on_conflict(s, clause):
    return s.space() + s.word("ON CONFLICT") + " " + clause if clause else ""


def render_foreign(s, foreign):
    text = s.word("REFERENCES") + " " + s.name(foreign.parent)
    if foreign.columns is not None:
        text += "(" + ", ".join(s.name(n) for n in foreign.columns) + ")"
    return text + s.word(foreign.tail)


def render_column(s, column):
    clauses = []
    if column.pk is not None:
        clauses.append(s.word("PRIMARY KEY") + (" " + column.pk).rstrip() +
                       (" AUTOINCREMENT" if column.auto else ""))
    if column.not_null is not None:
        clauses.append(s.word("NOT NULL") + on_conflict(s, column.not_null))
    if column.unique is not None:
        clauses.append(s.word("UNIQUE") + on_conflict(s, column.unique))
    if column.default is not None:
        clauses.append(s.word("DEFAULT") + " " + column.default)
    for name, template, names in column.checks:
        clauses.append(("CONSTRAINT %s " % s.name(name) if name else "") +
                       s.word("CHECK") + " (" +
                       s.expression(template, names) + ")")
    if column.collate is not None:
        clauses.append(s.word("COLLATE") + " " + s.word(column.collate))
    if column.generated is not None:
        clauses.append(s.rng.choice(["AS", "GENERATED ALWAYS AS"]) + " (" +
                       s.expression(*column.generated) + ")" +
                       (" STORED" if column.stored else
                        s.rng.choice(["", " VIRTUAL"])))
    if column.references is not None:
        clauses.append(render_foreign(s, column.references))
    parts = [s.own(column.name)]
    if column.type is not None:
        parts.append(s.word(column.type))
    return s.space().join(parts + clauses)


def render_constraint(s, c):
    text = "CONSTRAINT %s " % s.name(c.name) if c.name else ""
    if c.kind == "check":
        return text + "CHECK (" + s.expression(c.template, c.columns) + ")"
    columns = ", ".join(s.name(n) + suffix
                        for n, suffix in zip(c.columns, c.suffixes))
    words = {"pk": "PRIMARY KEY", "unique": "UNIQUE", "fk": "FOREIGN KEY"}
    text += s.word(words[c.kind]) + " (" + columns + ")"
    if c.kind == "fk":
        return text + " " + render_foreign(s, c.foreign)
    return text + on_conflict(s, c.conflict)


def render_table(s, table, hints=None, columns=None):
    hints = hints or {}
    text = s.word("CREATE TABLE") + s.space() + s.own(table.name) + " (\n"
    old = hints.get((table.name, None))
    if old is not None:
        text = '-- @renamed from="%s"\n' % old.replace('"', '""') + text
    items = []
    for column in table.columns if columns is None else columns:
        old = hints.get((table.name, column.name))
        hint = "" if old is None else \
            '-- @renamed from="%s"\n' % old.replace('"', '""')
        items.append(hint + render_column(s, column))
    items += [render_constraint(s, c) for c in table.constraints]
    options = [o for o, on in (("STRICT", table.strict),
                               ("WITHOUT ROWID", table.without_rowid)) if on]
    s.rng.shuffle(options)
    return text + ",\n".join(items) + "\n)" + \
        (" " + ", ".join(options) if options else "")


def render_index(s, index):
    items = []
    for template, names, suffix in index.items:
        text = s.expression(template, names)
        items.append((text if template == "{0}" else "(" + text + ")") +
                     suffix)
    text = s.word("CREATE %sINDEX" % ("UNIQUE " if index.unique else "")) + \
        " " + s.own(index.name) + " ON " + s.name(index.table) + \
        " (" + ", ".join(items) + ")"
    if index.where:
        text += " WHERE " + s.expression(*index.where)
    return text


def render_view(s, view):
    what = "*" if view.columns is None else \
        ", ".join(s.name(c) for c in view.columns)
    text = s.word("CREATE VIEW") + " " + s.own(view.name)
    if view.named:
        text += "(" + ", ".join(view.named) + ")"
    text += " AS SELECT " + what + " FROM " + s.name(view.source)
    if view.where:
        text += " WHERE " + s.expression(*view.where)
    return text


def render_trigger(s, t):
    text = s.word("CREATE TRIGGER") + " " + s.own(t.name) + " " + t.when + \
        " " + t.event
    if t.of:
        text += " OF " + ", ".join(s.name(c) for c in t.of)
    text += " ON " + s.name(t.table)
    if t.condition:
        text += " WHEN " + s.expression(*t.condition)
    text += " BEGIN SELECT %d; " % t.marker
    if t.column is not None:
        text += "UPDATE %s SET %s = NULL WHERE 0; " % (
            s.name(t.target), s.name(t.column))
    else:
        text += "DELETE FROM %s WHERE 'END;' IS NULL; " % s.name(t.target)
    return text + s.word("END")


def render_virtual(s, v):
    return s.word("CREATE VIRTUAL TABLE") + " " + s.own(v.name) + " USING " + \
        v.module + "(" + ", ".join(v.args) + ")"


RENDER = {"index": render_index, "view": render_view,
          "trigger": render_trigger, "virtual": render_virtual}
ORDER = {"table": 0, "virtual": 1, "index": 2, "view": 3, "trigger": 4}


def ordered(schema):
    """What hangs on others comes after it."""
    return sorted(schema.objects, key=lambda o: ORDER[o.kind])


def render(rng, schema, freely=True):
    """The statements of the schema: (object, SQL)."""
    s = Speller(rng, freely)
    result = []
    for o in ordered(schema):
        if o.kind == "table":
            result.append((o, render_table(s, o, schema.hints)))
        else:
            result.append((o, RENDER[o.kind](s, o)))
    return result
