-- migrate:up
CREATE TABLE dbmate_b (id integer);

-- migrate:down
DROP TABLE dbmate_b;
