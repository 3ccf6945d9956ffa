#!/bin/sh
# docs/demo.sh
#
# Shows dbmig at work on a new SQLite database: the migrations in docs/demo are
# applied, their status is shown, the last one is rolled back.
set -eu
cd "$(dirname "$0")/.."

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# Prints SQL and what it gives, in that mode of the shell.
show()
{
	printf '\nsqlite> %s\n' "$2"
	sqlite3 -batch -init /dev/null "-$1" "$dir/shop.db" \
		'.load build/dbmig' "$2"
}

show list "SELECT migrate_up('docs/demo');"
show box "SELECT seq, name, state, applied_at FROM migrate_status('docs/demo');"
show box "SELECT * FROM orders;"
show list "SELECT migrate_rollback();"
show box "SELECT seq, name, state, applied_at FROM migrate_status('docs/demo');"
show box "SELECT * FROM orders;"
