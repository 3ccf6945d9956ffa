"""One random pair: a database of schema a with rows is pushed to schema b and
rolled back, and looked at from all sides on the way.
"""
import ctypes
import json
import os
import random
import re
import shutil
import sqlite3

import oracle
import schema as model
from outcome import Failure, Skip, expect

VALUES = [None, None, 0, 1, -1, 2, 3, 5, 7, 77, 1.5, -2.25, 1e300, 3.0, "", "x",
          "zzz", "12", "1.50", " 7 ", "abc", "ABC", "naïve", b"", b"\x00\xff",
          b"abc", 2 ** 53 + 1, -2 ** 63, "7;7", "0x10", "1e3", "a'b"]
BY_TYPE = {"INTEGER": [None, 1, 2, -5, 9, 1000000], "INT": [None, 4, 5, 2 ** 40],
           "TEXT": ["t", "u", "", None, "zzz"], "REAL": [0.5, 1.0, None, 2e10],
           "BLOB": [b"\x01", None, b""]}
DEFENSIVE = 1010


def literal(text):
    return "'" + text.replace("'", "''") + "'"


def set_defensive(con):
    if hasattr(con, "setconfig"):
        con.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        return
    # Older Pythons have no way: the handle follows the object's head.
    lib = ctypes.CDLL("libsqlite3.so.0")
    lib.sqlite3_db_config.argtypes = [ctypes.c_void_p, ctypes.c_int,
                                      ctypes.c_int, ctypes.c_void_p]
    handle = ctypes.c_void_p.from_address(id(con) + object.__basicsize__)
    lib.sqlite3_db_config(handle.value, DEFENSIVE, 1, None)


def connect(path, lib=None):
    con = sqlite3.connect(path, isolation_level=None)
    con.text_factory = lambda b: b.decode("utf-8", "surrogateescape")
    con.execute("PRAGMA synchronous=OFF")
    if lib is not None:
        con.enable_load_extension(True)
        con.load_extension(lib)
    return con


# ---------------------------------------------------------------- schema a

def late_columns(rng, table):
    """How many of the last columns can come by ADD COLUMN, after the rows."""
    late = []
    named = {n.lower() for c in table.constraints for n in c.columns}
    for c in table.columns:
        named |= {n.lower() for _, _, names in c.checks for n in names
                  if n.lower() != c.name.lower()}
        if c.generated is not None:
            named |= {n.lower() for n in c.generated[1]}
    for c in reversed(table.columns[1:]):
        fit = c.pk is None and c.unique is None and c.generated is None and \
            c.name.lower() not in named and not (c.default or "").startswith(
                ("(", "current_", "CURRENT_")) and (
                c.not_null is None or c.default not in (None, "NULL")) and \
            c.references is None and c.default not in ("TRUE", "1e3", "0x10")
        if not fit or rng.random() < 0.3:
            break
        late.insert(0, c)
    return late


def random_value(rng, column, table, con, schema):
    if column.references is not None and rng.random() < 0.85:
        parent = schema.find("table", column.references.parent)
        there = parent is not None and con.execute(
            "SELECT 1 FROM sqlite_schema WHERE name = ?",
            (parent.name,)).fetchone()
        if there and column.references.columns:
            rows = con.execute("SELECT %s FROM %s" % (
                oracle.quote(column.references.columns[0]),
                oracle.quote(parent.name))).fetchall()
            return rng.choice(rows)[0] if rows else None
    if column.type in BY_TYPE and (table.strict or rng.random() < 0.7):
        return rng.choice(BY_TYPE[column.type])
    return rng.choice(VALUES)


def fill(rng, con, table, schema):
    columns = [c for c in model.plain(table)]
    there = {r[1].lower() for r in con.execute(
        "PRAGMA table_xinfo(%s)" % oracle.quote(table.name))}
    columns = [c for c in columns if c.name.lower() in there]
    names = ", ".join(oracle.quote(c.name) for c in columns)
    marks = ", ".join("?" for _ in columns)
    for _ in range(rng.choice([0, 1, 3, 8, 20])):
        values = [random_value(rng, c, table, con, schema) for c in columns]
        try:
            con.execute("INSERT OR ABORT INTO %s (%s) VALUES (%s)" % (
                oracle.quote(table.name), names, marks), values)
        except (sqlite3.IntegrityError, sqlite3.OperationalError):
            pass
        except UnicodeEncodeError:
            pass                # the value of a parent that is no UTF-8
    key = oracle.rowid_name(table.names())
    if rng.random() < 0.5 and key and not table.without_rowid:
        con.execute("DELETE FROM %s WHERE %s %% 3 = 1" % (
            oracle.quote(table.name), key))
        if rng.random() < 0.5:
            con.execute("UPDATE OR IGNORE %s SET %s = %s * 7 + 3" % (
                oracle.quote(table.name), key, key))
    if any(c.auto for c in table.columns) and rng.random() < 0.5:
        con.execute("UPDATE sqlite_sequence SET seq = seq + 1000 "
                    "WHERE name = ?", (table.name,))


def fill_virtual(rng, con, virtual):
    for i in range(rng.choice([0, 1, 5])):
        values = ["word%d it's" % i] * len(virtual.columns)
        if virtual.module.startswith("rtree"):
            values = [i + 1] + [i, i + 2] * (len(virtual.columns) // 2)
        con.execute("INSERT INTO %s VALUES (%s)" % (
            oracle.quote(virtual.name), ", ".join("?" * len(values))), values)


def remove_orphans(con):
    """Rows without a parent go, as long as there are some."""
    for _ in range(20):
        try:
            bad = con.execute("SELECT \"table\", rowid FROM "
                              "pragma_foreign_key_check").fetchall()
        except sqlite3.OperationalError:
            return
        if not bad:
            return
        for table, rowid in bad:
            key = oracle.rowid_name(r[1] for r in con.execute(
                "PRAGMA table_xinfo(%s)" % oracle.quote(table)))
            if rowid is None or key is None:
                con.execute("DELETE FROM " + oracle.quote(table))
            else:
                con.execute("DELETE FROM %s WHERE %s = ?" % (
                    oracle.quote(table), key), (rowid,))


def build(rng, path, schema):
    """Makes the database of schema a, with rows."""
    con = connect(path)
    speller = model.Speller(rng)
    triggers = []
    for o, sql in model.render(rng, schema):
        if o.kind == "trigger":
            triggers.append(sql)
        elif o.kind == "table":
            late = late_columns(rng, o)
            early = [c for c in o.columns if c not in late]
            con.execute(model.render_table(speller, o, columns=early))
            fill(rng, con, o, schema)
            for c in late:
                con.execute("ALTER TABLE %s ADD COLUMN %s" % (
                    oracle.quote(o.name), model.render_column(speller, c)))
                fill(rng, con, o, schema)
        else:
            con.execute(sql)
            if o.kind == "virtual":
                fill_virtual(rng, con, o)
    if rng.random() < 0.85:
        remove_orphans(con)
    for sql in triggers:
        con.execute(sql)
    if rng.random() < 0.3:
        con.execute("ANALYZE")
    con.close()


# ---------------------------------------------------------------- schema b

def load(con, source, schema, statements, backfill):
    """
    Fills b, without its triggers and indexes that are not needed for it, with
    the rows of a, as a careful person would by hand.  The error when they do
    not fit.
    """
    con.execute("ATTACH ? AS a", (source,))
    for o, sql in statements:
        if o.kind in ("table", "virtual"):
            con.execute(sql)
    for o, sql in statements:
        if o.kind == "table" and o.born is not None and \
                con.execute("SELECT 1 FROM a.sqlite_schema WHERE name = ? "
                            "COLLATE NOCASE", (o.born,)).fetchone():
            try:
                copy_table(con, o, backfill)
            except (sqlite3.IntegrityError, sqlite3.OperationalError) as e:
                return str(e)
    for o, sql in statements:
        if o.kind == "index":
            try:
                con.execute(sql)
            except (sqlite3.IntegrityError, sqlite3.OperationalError) as e:
                return str(e)
    return None


def rowid_alias(con, table, schema="main"):
    """The column that stands for the rowid: a type that only says so."""
    if not oracle.has_rowid(con, table, schema):
        return None
    rows = con.execute("PRAGMA %s.table_xinfo(%s)" % (
        schema, oracle.quote(table))).fetchall()
    keys = [r for r in rows if r[5] > 0]
    if len(keys) != 1 or keys[0][2].upper() != "INTEGER":
        return None
    for i in con.execute("PRAGMA %s.index_list(%s)" % (
            schema, oracle.quote(table))):
        if i[3] == "pk":
            return None
    return keys[0][1]


def only_fills_nulls(old, column):
    """Where all that is new is NOT NULL, a backfill is for the nulls."""
    return not old[3] and column.not_null is not None and \
        (old[2] or "").lower() == (column.type or "").lower()


def copy_table(con, table, backfill):
    old = {oracle.lower(r[1]): r for r in con.execute(
        "PRAGMA a.table_xinfo(%s)" % oracle.quote(table.born))}
    into, out = [], []
    taken = {oracle.lower(c.born) for c in table.columns
             if hasattr(c, "born")}
    for c in table.columns:
        was = oracle.lower(c.name)
        if hasattr(c, "born"):
            was = oracle.lower(c.born)
        elif was in taken:
            was = None
        fill_in = backfill.get("%s.%s" % (table.name, c.name))
        if c.generated is not None:
            continue
        if fill_in is not None:
            into.append(oracle.quote(c.name))
            out.append("coalesce(%s, %s)" % (oracle.quote(old[was][1]), fill_in)
                       if was in old and only_fills_nulls(old[was], c) else
                       fill_in)
        elif was in old:
            into.append(oracle.quote(c.name))
            out.append(oracle.quote(old[was][1]))
    key_old = oracle.rowid_name(r[1] for r in old.values())
    key_new = oracle.rowid_name(table.names())
    alias = rowid_alias(con, table.name)
    if alias is not None:
        key_new = oracle.quote(alias)
    if key_old and key_new and oracle.has_rowid(con, table.born, "a") and \
            oracle.has_rowid(con, table.name) and key_new not in into:
        into.insert(0, key_new)
        out.insert(0, key_old)
    if into:
        con.execute("INSERT OR ABORT INTO main.%s (%s) SELECT %s FROM a.%s "
                    "NOT INDEXED" % (oracle.quote(table.name),
                                     ", ".join(into), ", ".join(out),
                                     oracle.quote(table.born)))
    else:
        for _ in con.execute("SELECT 1 FROM a." + oracle.quote(table.born)):
            con.execute("INSERT OR ABORT INTO main.%s DEFAULT VALUES" %
                        oracle.quote(table.name))


def timed(column):
    return column.default is not None and any(
        w in column.default.lower() for w in model.TIMES)


def comparable(con, table, full):
    """The columns of b whose values are the same for everybody."""
    if not full and table.born is None:
        return []
    names = []
    shaky = {c.name.lower() for c in table.columns
             if timed(c) and not hasattr(c, "born")}
    for c in table.columns:
        used = [c.name] + (c.generated[1] if c.generated else [])
        if not any(n.lower() in shaky for n in used):
            names.append(c.name)
    return names


# ---------------------------------------------------------------- the pair

def choose_backfill(rng, schema, a):
    """Expressions for new columns that would else be NULL, and others."""
    backfill = {}
    for table in schema.of("table"):
        if table.born is None or "." in table.name:
            continue
        for c in table.columns:
            new = not hasattr(c, "born")
            if "." in c.name or c.generated is not None or c.pk is not None:
                continue
            if (new and c.not_null is not None and c.default in
                    (None, "NULL", "(NULL)") and rng.random() < 0.6) or \
                    rng.random() < 0.02 and (new or (
                        not schema.renames and not schema.hints and
                        changed(table, c, a))):
                backfill["%s.%s" % (table.name, c.name)] = rng.choice(
                    ["1", "2.5", "'f'", "x'01'"])
    return backfill


def changed(table, column, a):
    """True when the column itself differs from what it was: only then an
    expression that fills it counts."""
    old = a.find("table", table.born)
    speller = model.Speller(random.Random(1), False)

    def text(c):
        return oracle.tokens(model.render_column(speller, c))

    return text(column)[1:] != text(old.column(column.born))[1:]


def stat_rows(con):
    if not con.execute("SELECT 1 FROM sqlite_schema WHERE "
                       "name = 'sqlite_stat1'").fetchone():
        return set()
    return set(con.execute("SELECT lower(tbl), lower(idx), stat FROM "
                           "sqlite_stat1"))


def kept_indexes(a, b):
    """Names of indexes that both schemas have, on tables that both have."""
    before = {o.name.lower(): (o.table.lower(), o.items, o.where, o.unique)
              for o in a.of("index")}
    return {o.name.lower() for o in b.of("index")
            if before.get(o.name.lower()) == (o.table.lower(), o.items,
                                              o.where, o.unique)}


def sequences(con):
    if not con.execute("SELECT 1 FROM sqlite_schema WHERE "
                       "name = 'sqlite_sequence'").fetchone():
        return {}
    return dict(con.execute("SELECT lower(name), seq FROM sqlite_sequence"))


def there(lib):
    return os.path.exists(lib)


def begin():
    pass


def end():
    pass


class Pair:
    def __init__(self, seed, lib, folder):
        self.rng = random.Random(seed)
        self.lib = lib
        self.path = os.path.join(folder, "a.db")
        self.copy = os.path.join(folder, "a0.db")
        self.fresh = os.path.join(folder, "b.db")
        for name in os.listdir(folder):
            os.unlink(os.path.join(folder, name))

    def show(self):
        for name in ("path", "copy", "fresh"):
            print("  %s: %s" % (name, getattr(self, name)))
        print("  desired:\n" + getattr(self, "ddl", ""))
        if hasattr(self, "ddl"):
            con = connect(self.copy, self.lib)
            try:
                print("  up and down:\n" + "\n-- down:\n".join(con.execute(
                    "SELECT j ->> 'up', j ->> 'down' FROM (SELECT "
                    "migrate_generate('x', ?, ?) AS j)", (self.ddl, json.dumps(
                        {"renames": self.b.renames,
                         "backfill": self.backfill}))).fetchone()))
            except Exception as error:
                print("  migrate_generate:", error)
            print("  was:\n" + "\n".join(r[0] + ";" for r in con.execute(
                "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")))
        print("  backfill:", getattr(self, "backfill", None),
              "renames:", self.b.renames if hasattr(self, "b") else None)

    def choose(self):
        rng = self.rng
        self.a = model.make(rng)
        if rng.random() < 0.08:
            self.b = model.make(rng)
            self.by_name()
        else:
            self.b = model.change(rng, self.a)
        try:
            build(rng, self.path, self.a)
            statements = model.render(rng, self.b)
            con = connect(self.fresh)
            for _, sql in statements:
                con.execute(sql)
            self.want = oracle.shape(con)
            con.close()
        except sqlite3.Error as error:
            raise Skip(str(error))
        self.statements = statements
        self.ddl = "".join(sql + ";\n" for _, sql in statements)
        self.backfill = choose_backfill(rng, self.b, self.a)

    def by_name(self):
        """Tables of two unrelated schemas are one when their names are."""
        for table in self.b.of("table"):
            old = self.a.find("table", table.name)
            if old is not None:
                table.born = old.name
                for c in table.columns:
                    was = old.column(c.name)
                    if was is not None:
                        c.born = was.name

    def options(self):
        rng = self.rng
        options = {"allow_data_loss": True}
        if rng.random() < 0.8:
            options["name"] = "0001"
        if self.b.renames:
            options["renames"] = self.b.renames
        if self.backfill:
            options["backfill"] = self.backfill
        if rng.random() < 0.3:
            options["verify"] = rng.choice(["roundtrip", "none", "up"])
        self.roundtrip = options.get("verify") == "roundtrip"
        return options

    def call(self, function, *args):
        return self.con.execute("SELECT %s(%s)" % (
            function, ", ".join("?" * len(args))), args).fetchone()[0]

    def run(self):
        rng = self.rng
        self.choose()
        shutil.copy(self.path, self.copy)
        expected = connect(":memory:")
        self.misfit = load(expected, self.copy, self.b, self.statements,
                           self.backfill)
        self.con = con = connect(self.path, self.lib)
        other = connect(self.path) if rng.random() < 0.3 else None
        if other is not None:
            other.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            for table in self.a.of("table"):
                other.execute("SELECT count(*) FROM " +
                              oracle.quote(table.name)).fetchone()
        self.enforced = rng.random() < 0.6
        con.execute("PRAGMA foreign_keys=%d" % self.enforced)
        if rng.random() < 0.3:
            set_defensive(con)
        self.was = oracle.shape(con)
        self.before = oracle.everything(con)
        self.bad_before = oracle.violations(con)
        self.stats = stat_rows(con)
        self.sequences = sequences(con)
        if oracle.sickness(con):
            raise Skip("a is not healthy: %s" % oracle.sickness(con))
        options = json.dumps(self.options())
        inside = rng.choice(["", "", "BEGIN", "BEGIN IMMEDIATE"])
        if inside:
            con.execute(inside)
        if rng.random() < 0.2:
            self.diff_changes_nothing(options)
        try:
            result = self.call("migrate_push", self.ddl, options)
        except sqlite3.Error as error:
            self.refused(str(error), expected)
            return "refused"
        if inside:
            con.execute("COMMIT")
        self.pushed(json.loads(result), expected, other)
        expected.close()
        if json.loads(result)["status"] == "already applied":
            return "nothing"
        if other is not None:
            other.close()
        return self.roll_back(json.loads(result))

    def diff_changes_nothing(self, options):
        try:
            self.con.execute("SELECT * FROM migrate_diff(?, ?)",
                             (self.ddl, options)).fetchall()
        except sqlite3.Error as error:
            expect("after rename: " in str(error), "migrate_diff:", error)
        expect(oracle.everything(self.con) == self.before,
               "migrate_diff changed something")

    # ---- a refusal

    def refused(self, error, expected):
        con = self.con
        if con.in_transaction:
            con.execute("COMMIT")
        after = oracle.everything(con)
        expect(after == self.before, "refused, but changed:", error)
        new = None
        if self.misfit is None:
            new = oracle.violations(expected)
        if self.misfit is None and new is not None and \
                self.bad_before is not None and \
                not new - self.bad_before:
            # ALTER TABLE RENAME cannot write all names, and writes names in
            # double quotes as they are in the table; a down cannot bring a
            # key back that rows broke before, nor what was lost.
            expect("after rename: " in error or
                   (self.bad_before != {} and "down: foreign keys" in error) or
                   (self.roundtrip and (", down" in error or (
                       (self.b.renames or self.b.hints) and
                       "does not lead back" in error))),
                   "refused without a reason:", error)
        if self.misfit is not None and not re.search(
                "do not fit|does not fit|would lose|foreign keys are violated|mismatch|"
                "integer overflow",
                error):
            raise Failure("refused, but badly: %s\n(%s)" % (error,
                                                           self.misfit))

    # ---- a push that worked

    def pushed(self, result, expected, other):
        con = self.con
        got = oracle.shape(con)
        expect(got == self.want, "not the wanted schema\n" +
               oracle.difference(got, self.want))
        expect(self.misfit is None, "worked, but rows do not fit:",
               self.misfit)
        sick = set(oracle.sickness(con)) - set(oracle.sickness(expected))
        expect(not sick, "not healthy after the push:", sick)
        left = con.execute("SELECT action, kind, object, sql FROM "
                           "migrate_diff(?)", (self.ddl,)).fetchall()
        expect(not left, "a difference is left:", left)
        problems = con.execute("SELECT * FROM migrate_verify()").fetchall()
        expect(not problems, "migrate_verify:", problems)
        self.compare_rows(expected)
        self.compare_rest()
        expect(bool(con.execute("PRAGMA foreign_keys").fetchone()[0]) ==
               self.enforced, "foreign_keys is not as it was")
        if other is not None:
            seen = oracle.shape(other)
            expect(seen == self.want, "another connection sees\n" +
                   oracle.difference(seen, self.want))

    def compare_rows(self, expected):
        con = self.con
        for table in self.b.of("table"):
            columns = comparable(con, table, True)
            rowid = table.born is not None and \
                oracle.has_rowid(self.con, table.name) and \
                self.had_rowid(table.born)
            got = oracle.contents(con, table.name, columns, rowid=rowid)
            want = oracle.contents(expected, table.name, columns, rowid=rowid)
            if table.born is None:
                want = []
            expect(got == want, "rows of", table.name, columns, "\ngot ", got,
                   "\nwant", want)

    def had_rowid(self, name):
        table = self.a.find("table", name)
        return table is not None and not table.without_rowid

    def compare_rest(self):
        """Violations, statistics, counters, virtual tables."""
        con = self.con
        bad = oracle.violations(con)
        if bad is not None and self.bad_before is not None and self.enforced:
            new = bad - self.bad_before
            if self.b.renames or self.b.hints:
                new = sum(bad.values()) > sum(self.bad_before.values())
            expect(not new, "new violations", new)
        stats = stat_rows(con)
        kept = kept_indexes(self.a, self.b)
        for row in self.stats:
            expect(row[1] not in kept or row in stats, "statistics lost", row)
        now = sequences(con)
        for table in self.b.of("table"):
            old = self.a.find("table", table.born or "")
            if old is not None and any(c.auto for c in table.columns) and \
                    any(c.auto for c in old.columns):
                was = self.sequences.get(oracle.lower(old.name))
                expect(now.get(oracle.lower(table.name)) == was, "counter of",
                       table.name, now.get(oracle.lower(table.name)), "was", was)
        for virtual in self.b.of("virtual"):
            self.compare_virtual(virtual)

    def compare_virtual(self, virtual):
        old = self.a.find("virtual", virtual.name)
        if old is None or (old.module, old.args) != (virtual.module,
                                                     virtual.args):
            return
        sql = "SELECT * FROM " + oracle.quote(virtual.name)
        source = connect(self.copy)
        want = source.execute(sql).fetchall()
        source.close()
        expect(self.con.execute(sql).fetchall() == want, "virtual table",
               virtual.name)

    # ---- back

    def roll_back(self, result):
        con = self.con
        middle = oracle.everything(con)
        self.aliased = {t.name for t in self.b.of("table")
                        if rowid_alias(con, t.name) is not None}
        try:
            self.call("migrate_rollback")
        except sqlite3.Error as error:
            expect(oracle.everything(con) == middle,
                   "the rollback failed and changed something:", error)
            # A new INTEGER PRIMARY KEY puts numbers in place of NULLs.
            expect(not result["reversible"] or self.bad_before != {} or
                   (self.aliased and "foreign keys are violated" in
                    str(error)),
                   "said to be reversible, but:", error)
            return "no way back"
        got = oracle.shape(con)
        expect(got == self.was, "not the old schema\n" +
               oracle.difference(got, self.was))
        expect(not oracle.sickness(con), "not healthy after the rollback",
               oracle.sickness(con))
        self.compare_back()
        problems = con.execute("SELECT * FROM migrate_verify()").fetchall()
        expect(not problems, "migrate_verify:", problems)
        return "reversible" if result["reversible"] else "ok"

    def compare_back(self):
        """What both schemas can hold is as it was."""
        con = self.con
        con.execute("ATTACH ? AS before", (self.copy,))
        for table in self.b.of("table"):
            old = self.a.find("table", table.born or "")
            if old is None:
                continue
            columns = [old.column(c.born).name for c in table.columns
                       if getattr(c, "born", None) and old.column(c.born) and
                       self.survives(c, old.column(c.born), table, old)]
            rowid = not (table.without_rowid or old.without_rowid) and \
                rowid_alias(con, old.name) is None and \
                table.name not in self.aliased
            if not columns and not rowid:
                continue
            got = oracle.contents(con, old.name, columns, rowid=rowid)
            want = oracle.contents(con, old.name, columns, "before",
                                   rowid=rowid)
            expect(got == want, "rows of", old.name, "after the rollback",
                   columns, "\ngot ", got, "\nwant", want)

    def survives(self, new, old, table, old_table):
        return (new.type or "") == (old.type or "") and \
            new.generated is None and old.generated is None and \
            table.strict == old_table.strict and \
            "%s.%s" % (table.name, new.name) not in self.backfill and \
            new.pk == old.pk
