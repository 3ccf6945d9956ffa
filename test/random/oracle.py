"""What a SQLite database is, told without dbmig: its schema as a multiset in
which spelling and the order of columns do not count, and its rows.
"""
import collections
import re
import sqlite3

TOKEN = re.compile(r"""\s+|--[^\n]*(?:\n|$)|/\*.*?(?:\*/|$)
    |[xX]'[0-9A-Fa-f]*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]
    |[A-Za-z_\u0080-\U0010ffff][\w$\u0080-\U0010ffff]*
    |[0-9][\w.]*|\|\||<>|<=|>=|==|!=|<<|>>|->>?|.""", re.S | re.X)
MINE = "name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND " \
    "tbl_name NOT LIKE 'dbmig\\_%' ESCAPE '\\'"


def quote(name):
    return '"%s"' % name.replace('"', '""')


def lower(text):
    """ASCII only, as SQLite folds names."""
    return "".join(c.lower() if c.isascii() else c for c in text)


def tokens(sql):
    out = []
    for t in TOKEN.findall(sql or ""):
        if t.isspace() or t.startswith(("--", "/*")):
            continue
        if t[0] in '"`[' and len(t) > 1:
            close = {"[": "]"}.get(t[0], t[0])
            out.append("name:" + lower(t[1:-1].replace(close * 2, close)))
        elif t[0] == "'" or t[:2] in ("x'", "X'"):
            out.append(t)
        elif t[0].isalpha() or t[0] == "_" or ord(t[0]) >= 0x80:
            out.append("name:" + lower(t))
        else:
            out.append(t.lower())
    return out


def items(toks):
    """The items in the first parentheses, and all else."""
    start = toks.index("(")
    depth, item, found = 1, [], []
    for i in range(start + 1, len(toks)):
        t = toks[i]
        depth += (t == "(") - (t == ")")
        if depth == 0 or (t == "," and depth == 1):
            found.append(" ".join(item))
            item = []
            if depth == 0:
                return found, toks[i + 1:]
        else:
            item.append(t)
    raise ValueError("unbalanced")


def shadows(con):
    return {r[0] for r in con.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' "
        "AND type = 'shadow'")}


def shape_table(con, name, sql):
    toks = tokens(sql)
    parts, rest = items(toks)
    q = quote(name)
    text = " , ".join(sorted(parts)) + " | " + " ".join(
        sorted(t for t in rest if t != ","))
    # A comment that ends a type is part of it for SQLite.
    columns = [(lower(c[1]), lower(re.sub(r"\s*(/\*.*?\*/|--.*)", "", c[2])), c[3],
                c[5], c[6])
               for c in con.execute("PRAGMA table_xinfo(%s)" % q)]
    keys = []
    for f in con.execute("PRAGMA foreign_key_list(%s)" % q):
        keys.append((f[1], lower(f[2]), lower(f[3]), lower(f[4] or "")) + f[5:])
    indexes = []
    for i in con.execute("PRAGMA index_list(%s)" % q).fetchall():
        if i[3] == "c":
            continue
        indexes.append((i[2], i[3], i[4], tuple(
            (lower(x[2] or ""), x[3], lower(x[4]), x[5]) for x in con.execute(
                "PRAGMA index_xinfo(%s)" % quote(i[1])) if x[5])))
    options = con.execute("SELECT wr, strict FROM pragma_table_list WHERE "
                          "schema = 'main' AND name = ?", (name,)).fetchone()
    return "%s columns=%s keys=%s indexes=%s options=%s" % (
        text, sorted(columns), sorted(keys), sorted(indexes), options)


def shape(con):
    hidden = shadows(con)
    result = collections.Counter()
    for typ, name, table, sql in con.execute(
            "SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE "
            "sql IS NOT NULL AND " + MINE).fetchall():
        if name in hidden or table in hidden:
            continue
        if typ == "table" and tokens(sql)[1] != "name:virtual":
            text = shape_table(con, name, sql)
        else:
            text = " ".join(tokens(sql))
        result[(typ, lower(table), lower(name), text)] += 1
    return result


def difference(got, want):
    lines = ["missing: %s" % (x,) for x in (want - got).elements()]
    lines += ["extra: %s" % (x,) for x in (got - want).elements()]
    return "\n".join(sorted(lines))


def rowid_name(columns):
    taken = {lower(c) for c in columns}
    for name in ("rowid", "_rowid_", "oid"):
        if name not in taken:
            return name
    return None


def has_rowid(con, name, schema="main"):
    return con.execute("SELECT wr = 0 FROM pragma_table_list WHERE schema = ? "
                       "AND name = ? COLLATE NOCASE",
                       (schema, name)).fetchone()[0] == 1


def value_key(value):
    return (type(value).__name__, repr(value))


def contents(con, name, columns, schema="main", rowid=True):
    """The rows, sorted: the rowid (or None), then the columns."""
    chosen = [quote(c) for c in columns]
    key = rowid_name(r[1] for r in con.execute(
        "PRAGMA %s.table_xinfo(%s)" % (schema, quote(name))))
    if rowid and key is not None and has_rowid(con, name, schema):
        chosen.insert(0, key)
    else:
        chosen.insert(0, "NULL")
    rows = con.execute("SELECT %s FROM %s.%s NOT INDEXED" % (
        ", ".join(chosen), schema, quote(name))).fetchall()
    return sorted(([value_key(v) for v in row] for row in rows))


def everything(con):
    """All that must be the same after a refusal: catalog, rows, violations."""
    result = {"schema": sorted(map(repr, con.execute(
        "SELECT type, name, tbl_name, sql FROM main.sqlite_schema")))}
    for (name,) in con.execute("SELECT name FROM main.sqlite_schema WHERE "
                               "type = 'table'").fetchall():
        columns = [r[1] for r in con.execute(
            "PRAGMA main.table_xinfo(%s)" % quote(name)) if r[6] != 1]
        if columns:
            result["rows " + name] = contents(con, name, columns)
    return result


def violations(con):
    """Rows without a parent; None when a key's parent columns are no key."""
    try:
        return collections.Counter((lower(r[0]), lower(r[1])) for r in con.execute(
            "SELECT \"table\", \"parent\" FROM pragma_foreign_key_check"))
    except Exception as error:
        if "mismatch" in str(error):
            return None
        raise


def sickness(con):
    """
    What integrity_check finds.  Before 3.41 it reads the wrong columns of
    tables WITHOUT ROWID when it looks at the types of values.
    """
    found = [r[0] for r in con.execute("PRAGMA integrity_check")]
    if sqlite3.sqlite_version_info < (3, 41):
        tables = [r[0] for r in con.execute(
            "SELECT name FROM pragma_table_list WHERE wr")]
        found = [f for f in found if " value in " not in f or not any(
            f.split(" value in ")[1].startswith(t + ".") for t in tables)]
    return [f for f in found if f != "ok"]
