CREATE TABLE a (id integer);
-- ÿþ
