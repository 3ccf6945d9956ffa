# make                 the PostgreSQL extension (PGXS; PG_CONFIG chooses which)
# make install         into that PostgreSQL
# make installcheck    pg_regress against a running server
# make sqlite          the SQLite extension: build/dbmig.so
# make demo            the SQLite extension at work: migrations applied, rolled back
# make test            every test there is, on clusters of its own
# make test-debian     regression tests and cases with the PostgreSQL of another Debian:
#                      SUITE=trixie VERSION=17 FOLDER=/var/tmp/dbmig-trixie
# make bench           ratios against floors measured in the same run
# make indent          format the sources as PostgreSQL does
# make clean

PG_CONFIG ?= pg_config

EXTENSION = pg/dbmig
DATA = $(wildcard sql/*--*.sql)
MODULE_big = dbmig
PGFILEDESC = "dbmig - schema migrations inside the database"
OBJS = $(patsubst %.c,%.o,$(wildcard pg/*.c common/*.c))

# The server's headers as system headers: their warnings are not ours.
PG_CPPFLAGS = -Icommon -isystem $(shell $(PG_CONFIG) --includedir-server)
# Only what SQL calls is visible, so that the core's symbols meet nobody's.
PG_CFLAGS = -std=c11 -Wall -Wextra -Wno-declaration-after-statement \
	-fvisibility=hidden
SHLIB_LINK = -lcjson

REGRESS = $(patsubst test/sql/%.sql,%,$(sort $(wildcard test/sql/*.sql)))
REGRESS_OPTS = --inputdir=test

ALL_HEADERS = $(wildcard common/*.h pg/*.h sqlite/*.h)
SQLITE_SOURCES = $(wildcard sqlite/*.c common/*.c)
EXTRA_CLEAN = build exports.list

# No bitcode: the JIT has nothing to inline here, and installs stay small.
override with_llvm = no

.DEFAULT_GOAL = all

PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
ifneq ($(PGXS),)
include $(PGXS)
else
all install installcheck:
	@echo "$(PG_CONFIG): not there; Debian has it in postgresql-server-dev-15" >&2
	@false
endif

# PGXS tracks no headers.
$(OBJS): $(wildcard common/*.h pg/*.h)

# ---- SQLite ----

SQLITE_CFLAGS = -std=c11 -O2 -g -Wall -Wextra -Wpedantic -Wshadow \
	-Wstrict-prototypes -Wmissing-prototypes -fvisibility=hidden -fPIC

sqlite: build/dbmig.so

build/dbmig.so: $(SQLITE_SOURCES) $(ALL_HEADERS)
	mkdir -p build
	$(CC) $(SQLITE_CFLAGS) -Icommon -shared -o $@ $(SQLITE_SOURCES) -lcjson

demo: sqlite
	docs/demo.sh

# ---- tests ----

test: all sqlite
	test/run

test-debian:
	test/debian $(SUITE) $(VERSION) $(FOLDER)

# ---- speed ----

bench: all sqlite
	bench/run

# ---- format ----

TYPEDEFS = build/typedefs.list
ALL_SOURCES = $(wildcard common/*.[ch] pg/*.[ch] sqlite/*.[ch])

$(TYPEDEFS): $(ALL_SOURCES) .ci/typedefs
	mkdir -p build
	.ci/typedefs $(ALL_SOURCES) > $@

indent: $(TYPEDEFS)
	.ci/indent $(TYPEDEFS) $(ALL_SOURCES)

.PHONY: sqlite demo test test-debian bench indent
