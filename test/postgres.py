"""PostgreSQL for the tests that are written in Python: libpq, databases, and
what pg_dump says of one.  The server is that of PGHOST, PGPORT and PGUSER.

ctypes binds libpq, which is there wherever psql is: Debian's Python has no
binding that every machine has.
"""
import collections
import ctypes
import os
import re
import subprocess

LIBRARIES = ("libpq.so.5", "libpq.so")
OK = (0, 1, 2)                      # PGRES_EMPTY_QUERY, COMMAND_OK, TUPLES_OK
FIELDS = (("state", "C"), ("message", "M"), ("detail", "D"), ("hint", "H"))


def load():
    for name in LIBRARIES:
        try:
            lib = ctypes.CDLL(name)
            break
        except OSError:
            continue
    else:
        return None
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    texts = ctypes.POINTER(text)
    for name, result, arguments in (
            ("PQconnectdb", pointer, [text]),
            ("PQstatus", number, [pointer]),
            ("PQerrorMessage", text, [pointer]),
            ("PQfinish", None, [pointer]),
            ("PQsetNoticeProcessor", pointer, [pointer, pointer, pointer]),
            ("PQexec", pointer, [pointer, text]),
            ("PQexecParams", pointer, [pointer, text, number, pointer, texts,
                                       pointer, pointer, number]),
            ("PQresultStatus", number, [pointer]),
            ("PQresultErrorField", text, [pointer, number]),
            ("PQntuples", number, [pointer]),
            ("PQnfields", number, [pointer]),
            ("PQgetisnull", number, [pointer, number, number]),
            ("PQgetvalue", text, [pointer, number, number]),
            ("PQclear", None, [pointer])):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lib


LIB = load()
SILENT = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_char_p)(
    lambda arg, message: None)


def there():
    return LIB is not None and "PGHOST" in os.environ


def quote(name):
    return '"%s"' % name.replace('"', '""')


def literal(text):
    return "'%s'" % text.replace("'", "''")


class Error(Exception):
    """As sqlite3 shows one of dbmig's: message, then DETAIL and HINT."""

    def __init__(self, state, message, detail, hint):
        self.state = state
        Exception.__init__(
            self, message + ("\nDETAIL:  " + detail if detail else "") +
            ("\nHINT:  " + hint if hint else ""))


class Connection:
    def __init__(self, database):
        self.con = LIB.PQconnectdb(
            ("dbname='%s' client_encoding=UTF8" % database).encode())
        if LIB.PQstatus(self.con) != 0:
            raise Error("", LIB.PQerrorMessage(self.con).decode(), "", "")
        LIB.PQsetNoticeProcessor(self.con, SILENT, None)

    def close(self):
        LIB.PQfinish(self.con)

    def take(self, result):
        """The rows of a result, which is freed; raises Error."""
        try:
            if LIB.PQresultStatus(result) not in OK:
                fields = [LIB.PQresultErrorField(result, ord(code))
                          for _, code in FIELDS]
                if fields[1] is None:
                    fields[1] = LIB.PQerrorMessage(self.con)
                raise Error(*((f or b"").decode("utf-8", "replace").strip()
                              for f in fields))
            return [tuple(None if LIB.PQgetisnull(result, row, column) else
                          LIB.PQgetvalue(result, row, column).decode()
                          for column in range(LIB.PQnfields(result)))
                    for row in range(LIB.PQntuples(result))]
        finally:
            LIB.PQclear(result)

    def script(self, sql):
        """Any number of statements, in one transaction."""
        return self.take(LIB.PQexec(self.con, sql.encode()))

    def query(self, sql, *args):
        """One statement with $1, $2, ...; values are texts or None."""
        values = (ctypes.c_char_p * max(len(args), 1))(
            *(None if a is None else str(a).encode() for a in args))
        return self.take(LIB.PQexecParams(self.con, sql.encode(), len(args),
                                          None, values, None, None, 0))

    def call(self, function, *args):
        return self.query("SELECT %s(%s)" % (function, ", ".join(
            "$%d" % (i + 1) for i in range(len(args)))), *args)[0][0]


# ---- databases ----

def administer(*statements):
    """Returns the rows of the last one."""
    con = Connection("postgres")
    try:
        return [con.query(sql) for sql in statements][-1]
    finally:
        con.close()


def version():
    return int(administer("SHOW server_version_num")[0][0]) // 10000


def create(name, template="template0"):
    """A new database, whatever was there of its name."""
    administer("DROP DATABASE IF EXISTS %s WITH (FORCE)" % quote(name),
               "CREATE DATABASE %s TEMPLATE %s" % (quote(name),
                                                   quote(template)))


def drop(*names):
    administer(*("DROP DATABASE IF EXISTS %s WITH (FORCE)" % quote(n)
                 for n in names))


# ---- what a database is, told without dbmig ----

HEAD = re.compile(r"^--\n-- (?:Data for )?Name: (.*); Type: (.*); "
                  r"Schema: (.*); Owner: .*\n--\n", re.M)
NOISE = re.compile(r"\s*$|--|SET default_|\\(un)?restrict")
# From PostgreSQL 18 on NOT NULL has a name, which dbmig does not compare.
NAMED = re.compile(r'(?<!\w)CONSTRAINT (?:"(?:[^"]|"")+"|\w+) NOT NULL')
OPTIONS = dict(os.environ, PGOPTIONS="-c client_min_messages=error")


def dump(name, *options):
    done = subprocess.run(["pg_dump", "-d", name] + list(options), env=OPTIONS,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise Error("", "pg_dump: " + done.stderr.decode().strip(), "", "")
    return done.stdout.decode("utf-8", "replace")


def sort_columns(text):
    """What stands in the parentheses of CREATE TABLE or TYPE, sorted."""
    head, inner = text.split("(\n", 1)
    inner, end, tail = inner.partition("\n)")
    lines = sorted(l.strip().rstrip(",") for l in inner.split("\n"))
    return head + "(\n" + "\n".join(lines) + end + tail


def sort_statistics(text):
    """The same for what CREATE STATISTICS is on."""
    head, on, rest = text.partition(" ON ")
    inner, end, tail = rest.rpartition(" FROM ")
    return head + on + ", ".join(sorted(inner.split(", "))) + end + tail


def shape(name, columns=False):
    """
    The entries of pg_dump -s, as a multiset in which neither their order
    counts nor, unless columns is true, that of columns; nor do the names of
    NOT NULL.
    """
    result = collections.Counter()
    parts = HEAD.split(dump(name, "-s"))
    for i in range(1, len(parts), 4):
        what, kind, schema, text = parts[i:i + 4]
        text = "\n".join(l for l in text.split("\n") if not NOISE.match(l))
        text = NAMED.sub("NOT NULL", text)
        if not columns and "(\n" in text and " AS ENUM " not in text and \
                kind in ("TABLE", "FOREIGN TABLE", "TYPE"):
            text = sort_columns(text)
        if not columns and kind == "STATISTICS":
            text = sort_statistics(text)
        result[(kind, schema, what, text)] += 1
    return result


def difference(got, want):
    lines = ["%s: %s %s" % (word, key[0], key[3])
             for word, some in (("missing", want - got), ("extra", got - want))
             for key in some.elements()]
    return "\n".join(sorted(lines))


# Versions of rows: what is written anew has another place or transaction.
# Statistics are not anybody's doing.
TRACES = """
SELECT string_agg(format(CASE relkind
	WHEN 'S' THEN 'SELECT %L, concat(last_value, is_called) FROM %s'
	ELSE 'SELECT %L, concat(count(*), sum(hashtext(concat(ctid, xmin)))) '
		'FROM ONLY %s' END, oid::regclass, oid::regclass), ' UNION ALL ')
FROM pg_class
WHERE relkind IN ('r', 'm', 'S') AND NOT relisshared AND relispopulated
	AND relnamespace <> 'pg_toast'::regnamespace
	AND relname NOT IN ('pg_statistic', 'pg_statistic_ext_data')"""


def traces(con):
    """What anything that is written into a database changes."""
    return dict(con.query(con.query(TRACES)[0][0]))
