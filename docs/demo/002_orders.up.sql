CREATE TABLE orders (
	id INTEGER PRIMARY KEY,
	customer INTEGER NOT NULL REFERENCES customers ON DELETE CASCADE,
	total INTEGER NOT NULL
) STRICT;
CREATE INDEX orders_customer ON orders (customer);
INSERT INTO orders (customer, total) VALUES (1, 1200), (2, 800), (2, 350);
