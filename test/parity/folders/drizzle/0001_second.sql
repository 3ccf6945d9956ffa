INSERT INTO drizzle_b VALUES ('a;b');--> statement-breakpoint
INSERT INTO drizzle_b VALUES ('c')