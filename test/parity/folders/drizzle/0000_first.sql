CREATE TABLE drizzle_a (id integer);
--> statement-breakpoint
CREATE TABLE drizzle_b (t text);
