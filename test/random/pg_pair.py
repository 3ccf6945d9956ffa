"""One random pair on PostgreSQL: a database of schema a with rows is pushed to
schema b and rolled back, and looked at from all sides on the way.
"""
import json
import random
import re

import pg_schema as model
import postgres
from outcome import Failure, Skip, expect
from postgres import Error

TEMPLATE = "dbmig_random"
# What rows may stand in the way of.
REFUSED = re.compile(r"do(es)? not fit|would lose")
UNASKED = re.compile(r"invalid input|out of range|could not create unique|"
                     r"cannot be cast|violates|conflicts with|too long")


def there(lib):
    return postgres.there()


def begin():
    roles = {r for (r,) in postgres.administer("SELECT rolname FROM pg_roles")}
    if "dbmig_reader" not in roles:
        postgres.administer("CREATE ROLE dbmig_reader")
    postgres.create(TEMPLATE)
    con = postgres.Connection(TEMPLATE)
    con.script("CREATE EXTENSION dbmig")
    con.close()


def end():
    postgres.drop(TEMPLATE)


def value(rng, column):
    own = column.own
    if rng.random() < 0.15 and not column.not_null:
        return "NULL"
    if own is None:
        return rng.choice(model.VALUES[column.type])
    if own.kind == "enum":
        label = postgres.literal(rng.choice(own.values))
        return "ARRAY[%s]::%s[]" % (label, own.q) if column.type == "array" \
            else label
    if own.kind == "domain":
        return rng.choice(model.VALUES[own.base])
    return "ROW(%s)" % ", ".join(
        rng.choice(model.VALUES[t]) for _, t in own.attributes)


def fill(rng, con, schema):
    for table in sorted(schema.of("table"), key=lambda t: t.key is not None):
        if table.partition is not None:
            continue
        columns = schema.plain(table)
        if table.parent is not None:
            columns = columns + schema.plain(table.parent)
        names = ", ".join(c.q for c in columns)
        for _ in range(rng.choice([0, 0, 2, 5, 10])):
            values = ", ".join(value(rng, c) for c in columns)
            if rng.random() < 0.3:
                values = ", ".join("DEFAULT" for _ in columns)
            try:
                con.script("INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE "
                           "VALUES (%s)" % (table.q, names, values)
                           if columns else "INSERT INTO %s DEFAULT VALUES" %
                           table.q)
            except Error:
                continue
    for view in schema.of("matview"):
        try:
            con.script("REFRESH MATERIALIZED VIEW " + view.q)
        except Error:
            continue


class Pair:
    def __init__(self, seed, lib, folder):
        self.rng = random.Random(seed)
        self.number = folder.rstrip("/").split("/")[-1]
        self.names = [TEMPLATE + "_" + self.number + side for side in "ab"]
        self.cons = []

    def open(self, name):
        postgres.create(name, TEMPLATE)
        con = postgres.Connection(name)
        con.script("SET check_function_bodies = off")
        self.cons.append(con)
        return con

    def show(self):
        print("  a:\n" + self.a_ddl + "  b:\n" + self.b_ddl)
        print("  options:", self.options)
        try:
            print("  up and down:\n" + "\n-- down:\n".join(self.con.query(
                "SELECT j ->> 'up', j ->> 'down' FROM migrate_generate('x', "
                "$1, $2) AS j", self.b_ddl, json.dumps(
                    {"renames": self.b.renames}))[0]))
        except Exception as error:
            print("  migrate_generate:", error)

    def choose(self):
        rng = self.rng
        self.a = model.make(rng)
        self.b = model.change(rng, self.a)
        self.a_ddl, self.b_ddl = model.render(self.a), model.render(self.b)
        self.options = {"allow_data_loss": True, "name": "0001",
                        "renames": self.b.renames,
                        "verify": rng.choice(["up", "up", "roundtrip"])}
        self.con = self.open(self.names[0])
        other = self.open(self.names[1])
        try:
            self.con.script(self.a_ddl)
            other.script(self.b_ddl)
        except Error as error:
            raise Skip(str(error))
        self.want = postgres.shape(self.names[1])
        fill(rng, self.con, self.a)

    def run(self):
        """Leaves the databases as they are after a failure: see show()."""
        outcome = self.go()
        for con in self.cons:
            con.close()
        return outcome

    def go(self):
        self.choose()
        con = self.con
        self.was = postgres.shape(self.names[0])
        self.before = self.values("born")
        traces = postgres.traces(con)
        outcome = "ok"
        try:
            self.push()
        except Error as error:
            expect(REFUSED.search(str(error)) or UNASKED.search(str(error)),
                   "refused:", error)
            expect(postgres.traces(con) == traces, "refused, but changed:",
                   error)
            outcome = "refused"
            self.empty()
            try:
                self.push()
            except Error as error:
                raise Failure("refused without rows: %s" % error)
        self.pushed()
        return outcome if self.roll_back() else "no way back"

    def push(self):
        self.result = json.loads(self.con.call(
            "migrate_push", self.b_ddl, json.dumps(self.options)))

    def empty(self):
        tables = [t.q for t in self.a.of("table")]
        if tables:
            self.con.script("TRUNCATE %s" % ", ".join(tables))
        for view in self.a.of("matview"):
            self.con.script("REFRESH MATERIALIZED VIEW " + view.q)
        self.before = self.values("born")

    def pushed(self):
        got = postgres.shape(self.names[0])
        expect(got == self.want, "not the wanted schema\n" +
               postgres.difference(got, self.want))
        left = self.con.query("SELECT action, kind, object, sql FROM "
                              "migrate_diff($1)", self.b_ddl)
        expect(not left, "a difference is left:", left)
        problems = self.con.query("SELECT * FROM migrate_verify()")
        expect(not problems, "migrate_verify:", problems)
        got = self.values("now")
        expect(got == self.before, "other values:\n got", got, "\nwere",
               self.before)

    def roll_back(self):
        """False when rows that were lost stand in the way."""
        traces = postgres.traces(self.con)
        if self.result["status"] == "already applied":
            return True
        try:
            self.con.call("migrate_rollback")
        except Error as error:
            expect(postgres.traces(self.con) == traces,
                   "the rollback failed and changed something:", error)
            expect(not self.result["reversible"], "said to be reversible, but:",
                   error)
            return False
        got = postgres.shape(self.names[0])
        expect(got == self.was, "not the old schema\n" +
               postgres.difference(got, self.was))
        got = self.values("born")
        expect(got == self.before, "other values after the rollback:\n got",
               got, "\nwere", self.before)
        return True

    # ---- values that both schemas can hold

    def kept(self, table):
        """Pairs of columns whose texts stay the same."""
        for c in self.b.columns(table):
            old = c.born
            if old is None or old.generated or c.generated or (
                    c.own is None) != (old.own is None):
                continue
            if c.own is not None and (c.own.kind == "composite" or
                                      c.own.name != old.own.name):
                continue
            if c.type == old.type or (
                    c.type in model.KEEP.get(old.type, ()) and
                    old.type != "boolean" and old.type not in
                    ("numeric(10,2)",) and c.type != "text[]"):
                yield c, old

    def values(self, side):
        """The rows of the tables that are in both, as schema a calls them or
        as schema b does now."""
        result = {}
        for table in self.b.of("table"):
            if table.born is None or table.partition or \
                    table.born.partition or \
                    bool(table.key) != bool(table.born.key) or \
                    self.moved(table):
                continue
            pairs = list(self.kept(table))
            if not pairs:
                continue
            names = [(o if side == "born" else c).q for c, o in pairs]
            result[table.born.name] = sorted(self.con.query(
                "SELECT concat_ws('|', %s) FROM %s%s" % (
                    ", ".join("coalesce(%s::text, 'NULL')" % n
                              for n in names),
                    "" if table.key else "ONLY ",
                    (table.born if side == "born" else table).q)))
        return result

    def moved(self, table):
        """True when partitions come or go, and rows with them."""
        def bounds(schema, of):
            return sorted(t.bounds for t in schema.of("table")
                          if t.partition is of)
        return bounds(self.b, table) != bounds(self.a, table.born) or any(
            t.partition is table and t.born is None for t in
            self.b.of("table"))
