# What the engines say in words of their own, in PostgreSQL's.
s/no such table: (main\.)?([a-z0-9_]+)/relation "\2" does not exist/
s/no such column: ([a-z0-9_]+)/column "\1" does not exist/
s/table ([a-z0-9_]+) already exists/relation "\1" already exists/
s/near "([A-Za-z]+)": syntax error/syntax error at or near "\1"/
s/table "([a-z0-9_]+)" does not exist/relation "\1" does not exist/
# The hint is for those who are not on the server.
/^HINT:  The path is on the server\./d
