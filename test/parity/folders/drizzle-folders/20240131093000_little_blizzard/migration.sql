CREATE TABLE blizzard (id integer);
