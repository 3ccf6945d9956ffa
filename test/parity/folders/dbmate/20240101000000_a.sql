-- migrate:up
CREATE TABLE dbmate_a (id integer);

-- migrate:down
DROP TABLE dbmate_a;
