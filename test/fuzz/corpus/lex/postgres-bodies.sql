CREATE TABLE t (id serial PRIMARY KEY, "na""me" text DEFAULT E'it\'s' NOT NULL);
CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b);
CREATE OR REPLACE FUNCTION f(a int) RETURNS int BEGIN ATOMIC
	SELECT CASE WHEN a > 1 THEN 2 ELSE 3 END;
END;
DO $body$ BEGIN PERFORM 1; END $body$; /* a /* nested */ comment */
SELECT U&'\0061', U&"d\0061t\+000061", B'01', x'1F', $1::int, a @> b, 1.5e-3;
