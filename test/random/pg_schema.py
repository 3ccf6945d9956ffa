"""Random PostgreSQL schemas, and random changes of one into another.

What names something else refers to it, so that a rename is carried through
and what has lost its ground can be dropped.  render() is the schema as DDL.
"""
import copy

import postgres

NAMES = ["a", "b", "c", "d", "e", "item", "tag", "note", "users", "orders",
         "Team Name", "select", "Order", "naïve", "tab\"le", "it's", "a.b",
         "semi;colon", "%s", "$1", "x" * 50, "value", "user", "--c", "row"]
KEEP = {"smallint": ["integer", "bigint", "numeric", "text"],
        "integer": ["bigint", "numeric", "text"],
        "bigint": ["numeric", "text"],
        "text": ["varchar(40)"],
        "varchar(20)": ["varchar(40)", "text"],
        "varchar(40)": ["text"],
        "numeric(10,2)": ["numeric(12,2)", "numeric", "text"],
        "numeric(12,2)": ["numeric", "text"],
        "boolean": ["text"], "uuid": ["text"], "date": ["text"],
        "integer[]": ["bigint[]", "text[]"]}
OTHER = {"text": ["integer", "uuid"], "numeric": ["integer"],
         "bigint": ["integer", "smallint"], "integer": ["smallint", "boolean"],
         "varchar(40)": ["varchar(20)", "integer"],
         "timestamptz": ["date"], "double precision": ["real"]}
VALUES = {
    "smallint": ["0", "1", "-5", "77"],
    "integer": ["0", "1", "2", "3", "-7", "77", "40000"],
    "bigint": ["0", "1", "2", "5", "900000000000"],
    "numeric": ["0", "1.5", "-2.25", "100"],
    "numeric(10,2)": ["0", "1.50", "99.99"],
    "numeric(12,2)": ["0", "1.50", "99.99"],
    "text": ["''", "'x'", "'zzz'", "'12'", "'it''s'", "'ÄÖü'", "E'a\\nb'"],
    "varchar(20)": ["''", "'x'", "'12'", "'abc'"],
    "varchar(40)": ["''", "'x'", "'12'", "repeat('y', 30)"],
    "boolean": ["true", "false"],
    "date": ["'2020-01-01'", "'2024-02-29'"],
    "timestamptz": ["'2020-01-01 12:00+00'", "'2024-02-29 00:00+00'"],
    "uuid": ["'11111111-2222-3333-4444-555555555555'"],
    "jsonb": ["'{}'", "'{\"a\": [1, null]}'"],
    "double precision": ["0.5", "1e10", "'NaN'"],
    "bytea": ["'\\x00ff'", "''"],
    "integer[]": ["'{}'", "'{1,2,NULL}'"]}
NUMBERS = ("smallint", "integer", "bigint", "numeric", "numeric(10,2)",
           "numeric(12,2)")
TEXTS = ("text", "varchar(20)", "varchar(40)")
CONDITIONS = {"number": ["{0} > -100", "{0} <> 55", "{0} > 0",
                         "{0} IN (0, 1, 2, 3)", "abs({0}) < 100000"],
              "text": ["{0} <> 'no'", "length({0}) < 99",
                       "{0} <> '' AND {0} ~ '^.'", "{0} IN ('x', '12')"],
              "other": ["{0} IS NOT NULL", "({0} IS NULL) IN (true, false)"]}
EXPRESSIONS = {"number": ["({0} + 1)", "abs({0})"],
               "text": ["lower({0})", "({0} || 'x'::text)"]}
STRONG = ("{0} > 0", "{0} IN (0, 1, 2, 3)", "{0} <> '' AND {0} ~ '^.'",
          "{0} IN ('x', '12')", "{0} IS NOT NULL")


def family(column):
    """What can be said of its values."""
    if column.type in NUMBERS:
        return "number"
    return "text" if column.type in TEXTS else "other"


class Thing:
    """An object: its attributes are its fields; those that are Things, or
    lists of them, it needs."""

    def __init__(self, kind, name, **fields):
        self.kind = kind
        self.name = name
        self.comment = None
        self.grants = ""
        self.__dict__.update(fields)

    def needs(self):
        for key, value in self.__dict__.items():
            if isinstance(value, Thing) and key != "born":
                yield value
            if isinstance(value, Expression):
                yield value.column
            if isinstance(value, list) and key != "columns_of":
                for one in value:
                    if isinstance(one, (Thing, Expression)):
                        yield one if isinstance(one, Thing) else one.column

    def __deepcopy__(self, memo):
        new = Thing.__new__(Thing)
        memo[id(self)] = new
        for key, value in self.__dict__.items():
            new.__dict__[key] = copy.deepcopy(value, memo)
        return new

    @property
    def q(self):
        return postgres.quote(self.name)


class Expression:
    def __init__(self, template, column):
        self.template, self.column = template, column
        self.family = family(column)

    def __str__(self):
        return self.template.format(self.column.q)


class Schema:
    def __init__(self):
        self.things = []
        self.renames = {}

    def of(self, *kinds):
        return [t for t in self.things if t.kind in kinds]

    def add(self, thing):
        self.things.append(thing)
        return thing

    def columns(self, table):
        return [c for c in self.of("column") if c.table is table]

    def plain(self, table):
        return [c for c in self.columns(table) if not c.generated]


# ---------------------------------------------------------------- making

class Maker:
    def __init__(self, rng, schema, avoid=()):
        self.rng, self.schema = rng, schema
        self.avoid = set(avoid)

    def name(self, *among):
        taken = self.avoid | {t.name for t in (among or self.schema.things)}
        while True:
            name = self.rng.choice(NAMES)
            if self.rng.random() < 0.5:
                name += str(self.rng.randrange(40))
            if name not in taken:
                return name

    def chance(self, p):
        return self.rng.random() < p

    def pick(self, things):
        return self.rng.choice(things) if things else None

    def type(self):
        """(type, user type)"""
        own = self.schema.of("enum", "domain", "composite")
        if own and self.chance(0.25):
            one = self.rng.choice(own)
            array = one.kind == "enum" and self.chance(0.2)
            return ("array" if array else "own"), one
        return self.rng.choice(list(VALUES)), None

    def enum(self):
        count = self.rng.randint(1, 4)
        return self.schema.add(Thing("enum", self.name(), values=self.rng.sample(
            ["red", "green", "it's", "Blue", "x y", "ü"], count)))

    def domain(self):
        base = self.rng.choice(["integer", "text", "numeric(10,2)"])
        return self.schema.add(Thing(
            "domain", self.name(), base=base, not_null=False,
            check=self.rng.choice([None, "VALUE IS NULL OR length(VALUE::text) "
                                   "< 99", "VALUE::text <> 'bad'"])))

    def composite(self):
        return self.schema.add(Thing(
            "composite", self.name(),
            attributes=[(n, self.rng.choice(["integer", "text", "numeric"]))
                        for n in self.rng.sample(NAMES[:8], 2)]))

    def sequence(self):
        return self.schema.add(Thing(
            "sequence", self.name(), increment=self.rng.choice([1, 5, -1]),
            cache=self.rng.choice([1, 10]), cycle=self.chance(0.3)))

    def function(self):
        return self.schema.add(Thing(
            "function", self.name(), result=self.rng.choice(["integer", "bigint"]),
            value=self.rng.randrange(5), volatile=self.rng.choice(
                ["IMMUTABLE", "STABLE", "IMMUTABLE STRICT COST 7"])))

    def trigger_function(self):
        return self.schema.add(Thing("trigger function", self.name(),
                                     value=self.rng.randrange(5)))

    def column(self, table, **fields):
        type_name, own = self.type()
        column = Thing("column", self.name(*self.schema.columns(table)),
                       table=table, type=type_name, own=own, not_null=False,
                       default=None, generated=None, identity=None,
                       sequence=None, storage=None, born=None)
        column.__dict__.update(fields)
        if column.own is None and self.chance(0.3):
            column.default = self.rng.choice(VALUES[column.type])
        if column.default is not None and self.chance(0.4):
            column.not_null = True
        return self.schema.add(column)

    def table(self):
        table = self.schema.add(Thing(
            "table", self.name(), unlogged=self.chance(0.05), security=False,
            fillfactor=self.rng.choice([None, None, 70, 90]), parent=None,
            key=None, partition=None, bounds=None, born=None))
        kind = self.rng.choice(["identity", "int", "int", "none"])
        if kind != "none":
            identity = self.rng.choice(["ALWAYS", "BY DEFAULT"]) \
                if kind == "identity" else None
            key = self.column(table, type="integer", own=None, not_null=True,
                              identity=identity)
            key.default = None
            key.not_null = True
            self.schema.add(Thing("primary key", self.name(), table=table,
                                  columns=[key]))
        for _ in range(self.rng.randint(1, 5)):
            self.column(table)
        for _ in range(self.rng.choice([0, 0, 1, 2])):
            self.constraint(table)
        if self.chance(0.15):
            self.generated(table)
        return table

    def partitioned(self):
        table = self.table()
        table.unlogged, table.fillfactor = False, None
        for t in [t for t in self.schema.things
                  if t.kind != "column" and getattr(t, "table", None) is table]:
            self.schema.things.remove(t)
        for c in self.schema.columns(table):
            c.identity = None
        table.key = self.column(table, type="integer", own=None, default=None)
        table.key.default, table.key.not_null = None, True
        for _ in range(self.rng.randint(0, 3)):
            self.partition(table)
        return table

    def partition(self, table):
        taken = {t.bounds for t in self.schema.of("table")
                 if t.partition is table}
        free = [b for b in ((-1000, 10), (10, 20), (20, 100000)) if b not in
                taken]
        if free:
            self.schema.add(Thing(
                "table", self.name(), unlogged=False, security=False,
                fillfactor=None, parent=None, key=None, partition=table,
                bounds=self.rng.choice(free), born=None))

    def child(self):
        parents = [t for t in self.schema.of("table")
                   if t.key is None and t.partition is None and
                   t.parent is None and not t.unlogged]
        if parents:
            child = self.schema.add(Thing(
                "table", self.name(), unlogged=False, security=False,
                fillfactor=None, parent=self.rng.choice(parents), key=None,
                partition=None, bounds=None, born=None))
            taken = [c.name for c in self.schema.columns(child.parent)]
            column = self.column(child)
            while column.name in taken:
                column.name = self.name()

    def generated(self, table):
        source = self.pick([c for c in self.schema.plain(table)
                            if family(c) in EXPRESSIONS and not c.own and
                            c is not table.key])
        if source is not None and table.parent is None:
            self.column(table, type="text", own=None,
                        generated=Expression("({0})::text", source))
            column = self.schema.things[-1]
            column.default, column.not_null = None, False

    def constraint(self, table):
        column = self.pick([c for c in self.schema.plain(table)])
        if column is None or table.key is not None or table.parent or \
                table.partition:
            return
        what = self.rng.choice(["check", "unique", "foreign key", "check"])
        if what == "check":
            template = self.rng.choice(CONDITIONS[family(column) if not
                                                  column.own else "other"])
            self.schema.add(Thing("check", self.name(), table=table,
                                  condition=Expression(template, column),
                                  valid=self.chance(0.9)))
        elif what == "unique" and column.type not in ("jsonb", "bytea"):
            self.schema.add(Thing("unique", self.name(), table=table,
                                  columns=[column], deferrable=self.chance(0.2),
                                  nulls=self.chance(0.1)))
        elif what == "foreign key":
            key = self.pick(self.schema.of("primary key"))
            if key is not None and key.columns[0].type == "integer":
                source = self.column(table, type="integer", own=None)
                source.default, source.not_null = None, False
                self.schema.add(Thing(
                    "foreign key", self.name(), table=table, source=source,
                    to=key, target=key.columns[0],
                    action=self.rng.choice(["", " ON DELETE CASCADE",
                                            " ON DELETE SET NULL",
                                            " ON UPDATE CASCADE"])))

    def index(self):
        table = self.pick(self.schema.of("table", "matview"))
        if table is None:
            return
        columns = self.schema.columns(table) if table.kind == "table" else \
            table.columns_of
        columns = [c for c in columns if c.type not in ("jsonb", "own")]
        if not columns:
            return
        column = self.rng.choice(columns)
        what = column if family(column) not in EXPRESSIONS or column.own or \
            self.chance(0.6) else Expression(
                self.rng.choice(EXPRESSIONS[family(column)]), column)
        where = None
        if not column.own and self.chance(0.2):
            where = Expression(self.rng.choice(CONDITIONS[family(column)]),
                               column)
        self.schema.add(Thing(
            "index", self.name(), table=table, what=what, where=where,
            column=column, order=self.rng.choice(["", "", " DESC",
                                                  " NULLS FIRST"]),
            unique=False, method=self.rng.choice(["btree", "btree", "brin"])
            if column.type in ("integer", "date") else "btree"))

    def view(self, kind="view"):
        source = self.pick(self.schema.of("table", "view", "matview"))
        if source is None:
            return
        columns = self.schema.columns(source) if source.kind == "table" else \
            source.columns_of
        if not columns:
            return
        some = self.rng.sample(columns, self.rng.randint(1, len(columns)))
        column = self.rng.choice(columns)
        where = None
        if not column.own and self.chance(0.5):
            where = Expression(self.rng.choice(CONDITIONS[family(column)]),
                               column)
        self.schema.add(Thing(kind, self.name(), source=source, columns=some,
                              columns_of=some, where=where,
                              barrier=kind == "view" and self.chance(0.2)))

    def matview(self):
        self.view("matview")

    def trigger(self):
        table = self.pick([t for t in self.schema.of("table")
                           if t.partition is None])
        function = self.pick(self.schema.of("trigger function")) or \
            self.trigger_function()
        if table is not None:
            plain = self.schema.plain(table)
            self.schema.add(Thing(
                "trigger", self.name(), table=table, function=function,
                timing=self.rng.choice(["BEFORE", "AFTER"]),
                event=self.rng.choice(["INSERT", "INSERT OR DELETE"]),
                of=self.rng.choice(plain) if plain and self.chance(0.4)
                else None, enabled=self.rng.choice(["", "", "DISABLE",
                                                    "ENABLE ALWAYS"])
                if table.key is None else ""))

    def policy(self):
        table = self.pick(self.schema.of("table"))
        columns = [c for c in self.schema.columns(table) if not c.own] \
            if table else []
        if columns:
            column = self.rng.choice(columns)
            table.security = True
            self.schema.add(Thing(
                "policy", self.name(), table=table, condition=Expression(
                    self.rng.choice(CONDITIONS[family(column)]), column),
                command=self.rng.choice(["ALL", "SELECT", "UPDATE"]),
                role=self.rng.choice(["PUBLIC", "dbmig_reader"])))

    def statistics(self):
        table = self.pick([t for t in self.schema.of("table")])
        columns = [c for c in self.schema.columns(table)
                   if c.type not in ("jsonb", "own", "array")] if table else []
        if len(columns) > 1:
            self.schema.add(Thing("statistics", self.name(), table=table,
                                  columns=self.rng.sample(columns, 2)))

    def publication(self):
        tables = [t for t in self.schema.of("table") if not t.unlogged]
        if tables:
            self.schema.add(Thing("publication", self.name(), columns=[
                self.rng.choice(tables)]))

    def default_function(self):
        """A function that a column calls."""
        function = self.pick(self.schema.of("function"))
        column = self.pick([c for c in self.schema.of("column")
                            if c.type in ("integer", "bigint", "numeric") and
                            not c.own and not c.generated and not c.identity
                            and c.table.key is not c])
        if function is not None and column is not None:
            column.default = function


EARLY = ("enum", "domain", "composite", "sequence", "function",
         "trigger_function")
LATE = ("index", "index", "view", "view", "matview", "trigger", "policy",
        "statistics", "publication", "child", "default_function", "index")


def make(rng):
    schema = Schema()
    maker = Maker(rng, schema)
    for what in EARLY:
        for _ in range(rng.choice([0, 1, 1])):
            getattr(maker, what)()
    for _ in range(rng.randint(1, 4)):
        maker.table()
    if maker.chance(0.3):
        maker.partitioned()
    for _ in range(rng.randint(0, 8)):
        getattr(maker, rng.choice(LATE))()
    for thing in schema.things:
        extras(rng, thing)
    settle(schema)
    return schema


def extras(rng, thing):
    if rng.random() < 0.15:
        thing.comment = rng.choice(["x", "it's", "ü"])
    if thing.kind in ("table", "view", "matview") and rng.random() < 0.2:
        thing.grants = rng.choice(["SELECT", "SELECT, INSERT", "ALL"])


def settle(schema):
    """Takes away what has lost what it needs, or does not fit any more."""
    while True:
        there = {id(t) for t in schema.things}
        bad = [t for t in schema.things if not fits(schema, t, there)]
        if not bad:
            return
        schema.things = [t for t in schema.things if t not in bad]


def fits(schema, thing, there):
    if any(id(n) not in there for n in thing.needs()):
        if thing.kind == "column" and thing.default is not None and \
                not isinstance(thing.default, str) and \
                id(thing.default) not in there:
            thing.default = None
            return fits(schema, thing, there)
        return False
    for value in thing.__dict__.values():
        if isinstance(value, Expression) and (
                value.family != family(value.column) or value.column.own):
            return False
    if thing.kind == "foreign key":
        return thing.source.type == "integer" and \
            thing.target.type == "integer" and thing.to.columns == [
                thing.target]
    if thing.kind == "index":
        return thing.column.type not in ("jsonb", "own") and (
            thing.method == "btree" or thing.column.type in ("integer", "date"))
    if thing.kind in ("view", "matview"):
        return thing.columns != []
    if thing.kind == "column" and thing.table.key is None and \
            thing.table.partition is not None:
        return False
    return True


# ---------------------------------------------------------------- changing

class Changer(Maker):
    def drop(self):
        parents = [t.parent for t in self.schema.of("table")]
        thing = self.pick([t for t in self.schema.things
                           if t.kind != "column" or (
                               t.table.key is not t and
                               # The server adds none to a parent.
                               not (t.identity and t.table in parents))])
        if thing is not None:
            self.schema.things.remove(thing)

    def rename(self):
        """Tables and columns: others would be dropped and made."""
        thing = self.pick([t for t in self.schema.of("table", "column")
                           if t.born and (t.kind == "table" or
                                          not self.inherited(t.table))])
        if thing is None or thing.name != thing.born_name:
            return
        old = thing.q
        thing.name = self.name()
        if thing.kind == "table":
            self.schema.renames[old] = thing.q
        else:
            self.schema.renames[postgres.quote(thing.table.born_name) + "." +
                                old] = thing.q

    def inherited(self, table):
        return table.partition is not None or table.parent is not None

    def retype(self):
        column = self.pick([c for c in self.schema.of("column")
                            if not c.own and not c.generated and
                            not c.identity and c.table.key is not c])
        if column is None:
            return
        choice = KEEP if self.chance(0.85) else OTHER
        if column.type in choice:
            column.type = self.rng.choice(choice[column.type])
            column.default = None if column.default is None or \
                not isinstance(column.default, str) else \
                self.rng.choice(VALUES[column.type]) \
                if column.type in VALUES else None

    def null(self):
        column = self.pick([c for c in self.schema.of("column")
                            if not c.identity and not c.generated])
        keys = [k.columns[0] for k in self.schema.of("primary key")]
        if column is not None and column not in keys:
            column.not_null = not column.not_null

    def redefault(self):
        column = self.pick([c for c in self.schema.of("column")
                            if not c.own and not c.generated and
                            not c.identity and c.type in VALUES])
        if column is not None:
            column.default = self.rng.choice(VALUES[column.type] + [None])

    def identify(self):
        column = self.pick([c for c in self.schema.of("column")
                            if c.type == "integer" and c.not_null and
                            not c.own and not c.generated and
                            c.table.key is None and not c.table.parent])
        if column is not None:
            column.identity = None if column.identity else "BY DEFAULT"
            column.default = None

    def enum_values(self):
        enum = self.pick(self.schema.of("enum"))
        if enum is None:
            return
        what = self.rng.random()
        if what < 0.6:
            enum.values.insert(self.rng.randint(0, len(enum.values)),
                               "v%d" % self.rng.randrange(1000))
        elif what < 0.85 and len(enum.values) > 1:
            enum.values.pop(self.rng.randrange(len(enum.values)))
        else:
            self.rng.shuffle(enum.values)

    def redefine(self):
        thing = self.pick(self.schema.of("domain", "composite", "sequence",
                                         "function", "trigger function"))
        if thing is None:
            return
        if thing.kind == "domain":
            thing.check = self.rng.choice([None, "VALUE::text <> 'worse'"])
        elif thing.kind == "composite":
            thing.attributes = thing.attributes[self.rng.randint(0, 1):] + [
                ("n%d" % self.rng.randrange(99), "date")]
        elif thing.kind == "sequence":
            thing.cache, thing.cycle = 7, not thing.cycle
        else:
            thing.value += 1
            if thing.kind == "function" and self.chance(0.3):
                thing.result = "bigint"

    def vary(self):
        """An attribute of something else."""
        thing = self.pick(self.schema.of("index", "view", "trigger", "policy",
                                         "foreign key", "table", "check"))
        if thing is None:
            return
        if thing.kind == "index":
            thing.order = self.rng.choice(["", " DESC"]) \
                if thing.method == "btree" else ""
        elif thing.kind == "view":
            thing.barrier = not thing.barrier
            thing.where = None
        elif thing.kind == "trigger":
            thing.event = "INSERT OR UPDATE"
            thing.of = None
        elif thing.kind == "policy":
            thing.command = self.rng.choice(["ALL", "SELECT", "DELETE"])
        elif thing.kind == "foreign key":
            thing.action = self.rng.choice(["", " ON DELETE CASCADE"])
        elif thing.kind == "check":
            thing.valid = True
        elif thing.key is None:
            thing.fillfactor = self.rng.choice([None, 50])
            thing.security = not thing.security

    def move_partition(self):
        partitions = [t for t in self.schema.of("table") if t.partition]
        table = self.pick(partitions)
        if table is not None and self.chance(0.5):
            self.detach(table)
        elif self.of_partitioned():
            self.partition(self.rng.choice(self.of_partitioned()))

    def detach(self, table):
        """It stays, with the columns that it had."""
        for c in self.schema.columns(table.partition):
            new = copy.copy(c)
            new.table, new.born = table, None
            new.identity = None
            if not c.generated:
                self.schema.add(new)
        table.partition, table.bounds = None, None

    def of_partitioned(self):
        return [t for t in self.schema.of("table") if t.key is not None]

    def say(self):
        thing = self.pick(self.schema.things)
        if thing is not None:
            extras(self.rng, thing)

    def more(self):
        what = self.rng.choice(EARLY + LATE + ("table", "partitioned"))
        getattr(self, what)()

    def more_column(self):
        table = self.pick([t for t in self.schema.of("table")
                           if t.partition is None])
        if table is not None:
            taken = [c.name for t in self.schema.of("table")
                     if t.parent is table or table.parent is t
                     for c in self.schema.columns(t)]
            column = self.column(table)
            while column.name in taken:
                column.name = self.name()

    def more_constraint(self):
        table = self.pick(self.schema.of("table"))
        if table is not None:
            self.constraint(table)


CHANGES = ("drop", "drop", "rename", "retype", "retype", "null", "redefault",
           "identify", "enum_values", "redefine", "vary", "vary", "say",
           "move_partition", "more", "more", "more_column", "more_column",
           "more_constraint")


def change(rng, schema):
    new = copy.deepcopy(schema)
    for old, thing in zip(schema.things, new.things):
        if thing.kind in ("table", "column"):
            thing.born, thing.born_name = old, old.name
    changer = Changer(rng, new, {t.name for t in schema.things})
    for _ in range(rng.choice([1, 2, 3, 5, 8, 12])):
        getattr(changer, rng.choice(CHANGES))()
        settle(new)
    gone = {t.q for t in schema.of("table")}
    tables = {t.q for t in new.of("table")}
    columns = {postgres.quote(c.table.born_name) + "." +
               postgres.quote(c.born_name) for c in new.of("column")
               if c.born and c.table.born}
    new.renames = {k: v for k, v in new.renames.items()
                   if k in columns or (k in gone and v in tables)}
    return new


# ---------------------------------------------------------------- DDL

def type_of(column):
    if column.own is None:
        return column.type
    return column.own.q + ("[]" if column.type == "array" else "")


def render_column(column):
    text = "%s %s" % (column.q, type_of(column))
    if column.generated:
        return text + " GENERATED ALWAYS AS (%s) STORED" % column.generated
    if column.identity:
        text += " GENERATED %s AS IDENTITY" % column.identity
    elif isinstance(column.default, Thing):
        text += " DEFAULT %s(1)" % column.default.q
    elif column.default is not None:
        text += " DEFAULT " + column.default
    return text + (" NOT NULL" if column.not_null else "")


def render_table(schema, table):
    if table.partition is not None:
        return "CREATE TABLE %s PARTITION OF %s FOR VALUES FROM (%d) TO (%d)" \
            % ((table.q, table.partition.q) + table.bounds)
    text = "CREATE %sTABLE %s (%s)" % (
        "UNLOGGED " if table.unlogged else "", table.q,
        ", ".join(map(render_column, schema.columns(table))))
    if table.parent is not None:
        text += " INHERITS (%s)" % table.parent.q
    if table.key is not None:
        text += " PARTITION BY RANGE (%s)" % table.key.q
    if table.fillfactor:
        text += " WITH (fillfactor = %d)" % table.fillfactor
    return text


def render_constraint(thing):
    text = "ALTER TABLE %s ADD CONSTRAINT %s " % (thing.table.q, thing.q)
    if thing.kind == "check":
        return text + "CHECK (%s)%s" % (thing.condition,
                                        "" if thing.valid else " NOT VALID")
    if thing.kind == "foreign key":
        return text + "FOREIGN KEY (%s) REFERENCES %s (%s)%s" % (
            thing.source.q, thing.to.table.q, thing.target.q, thing.action)
    if thing.kind == "primary key":
        return text + "PRIMARY KEY (%s)" % thing.columns[0].q
    return text + "UNIQUE%s (%s)%s" % (
        " NULLS NOT DISTINCT" if thing.nulls else "", thing.columns[0].q,
        " DEFERRABLE" if thing.deferrable else "")


def render_view(thing):
    return "CREATE %sVIEW %s%s AS SELECT %s FROM %s%s" % (
        "MATERIALIZED " if thing.kind == "matview" else "", thing.q,
        " WITH (security_barrier)" if thing.barrier else "",
        ", ".join(c.q for c in thing.columns), thing.source.q,
        " WHERE %s" % thing.where if thing.where else "")


def render_trigger(thing):
    event = thing.event + (" OR UPDATE OF %s" % thing.of.q if thing.of else "")
    text = "CREATE TRIGGER %s %s %s ON %s FOR EACH ROW EXECUTE FUNCTION %s()" \
        % (thing.q, thing.timing, event, thing.table.q, thing.function.q)
    if thing.enabled:
        text += ";\nALTER TABLE %s %s TRIGGER %s" % (thing.table.q,
                                                    thing.enabled, thing.q)
    return text


RENDER = {
    "enum": lambda s, t: "CREATE TYPE %s AS ENUM (%s)" % (
        t.q, ", ".join(map(postgres.literal, t.values))),
    "domain": lambda s, t: "CREATE DOMAIN %s AS %s%s" % (
        t.q, t.base, " CONSTRAINT fit CHECK (%s)" % t.check
        if t.check else ""),
    "composite": lambda s, t: "CREATE TYPE %s AS (%s)" % (
        t.q, ", ".join("%s %s" % (postgres.quote(n), k)
                       for n, k in t.attributes)),
    "sequence": lambda s, t: "CREATE SEQUENCE %s INCREMENT %d CACHE %d%s" % (
        t.q, t.increment, t.cache, " CYCLE" if t.cycle else ""),
    "function": lambda s, t: "CREATE FUNCTION %s(integer) RETURNS %s LANGUAGE "
    "sql %s AS 'SELECT ($1 + %d)::%s'" % (t.q, t.result, t.volatile, t.value,
                                          t.result),
    "trigger function": lambda s, t: "CREATE FUNCTION %s() RETURNS trigger "
    "LANGUAGE plpgsql AS 'BEGIN PERFORM %d; IF TG_OP = ''DELETE'' THEN RETURN "
    "OLD; END IF; RETURN NEW; END'" % (t.q, t.value),
    "table": render_table,
    "primary key": lambda s, t: render_constraint(t),
    "unique": lambda s, t: render_constraint(t),
    "check": lambda s, t: render_constraint(t),
    "foreign key": lambda s, t: render_constraint(t),
    "view": lambda s, t: render_view(t),
    "matview": lambda s, t: render_view(t),
    "index": lambda s, t: "CREATE INDEX %s ON %s USING %s (%s%s)%s" % (
        t.q, t.table.q, t.method,
        t.what if isinstance(t.what, Expression) else t.what.q,
        t.order if t.method == "btree" else "",
        " WHERE %s" % t.where if t.where else ""),
    "trigger": lambda s, t: render_trigger(t),
    "policy": lambda s, t: "CREATE POLICY %s ON %s FOR %s TO %s USING (%s)" % (
        t.q, t.table.q, t.command, t.role, t.condition),
    "statistics": lambda s, t: "CREATE STATISTICS %s ON %s FROM %s" % (
        t.q, ", ".join(c.q for c in t.columns), t.table.q),
    "publication": lambda s, t: "CREATE PUBLICATION %s FOR TABLE %s" % (
        t.q, t.columns[0].q),
}
COMMENT = {"enum": "TYPE", "composite": "TYPE", "matview": "MATERIALIZED VIEW",
           "trigger function": "FUNCTION"}
ON_TABLE = ("primary key", "unique", "check", "foreign key", "trigger",
            "policy")


def render_extras(thing):
    words = COMMENT.get(thing.kind, thing.kind.upper())
    target = thing.q
    if thing.kind in ("function", "trigger function"):
        target += "(integer)" if thing.kind == "function" else "()"
    elif thing.kind == "column":
        target = thing.table.q + "." + target
    elif thing.kind in ON_TABLE:
        words = words if thing.kind in ("trigger", "policy") else "CONSTRAINT"
        target += " ON " + thing.table.q
    out = []
    if thing.comment:
        out.append("COMMENT ON %s %s IS %s" % (words, target,
                                               postgres.literal(thing.comment)))
    if thing.grants:
        out.append("GRANT %s ON %s TO dbmig_reader" % (thing.grants, thing.q))
    if thing.kind == "table" and thing.security:
        out.append("ALTER TABLE %s ENABLE ROW LEVEL SECURITY" % thing.q)
    return out


ORDER = ("enum", "domain", "composite", "sequence", "function",
         "trigger function", "table", "column", "primary key", "unique",
         "check", "foreign key", "view", "matview", "index", "trigger",
         "policy", "statistics", "publication")


def place(schema, thing):
    """Its place among all: views and tables come after what they are made
    of."""
    depth, kind = 0, thing.kind
    if kind in ("view", "matview"):
        source = thing
        while source.kind in ("view", "matview"):
            source, depth = source.source, depth + 1
        kind = "view"
    elif kind == "table":
        depth = (thing.partition is not None) + (thing.parent is not None)
    return ORDER.index(kind), depth


def render(schema):
    statements = []
    for thing in sorted(schema.things, key=lambda t: place(schema, t)):
        if thing.kind in RENDER:
            statements.append(RENDER[thing.kind](schema, thing))
        statements += render_extras(thing)
    return "".join(s + ";\n" for s in statements)
