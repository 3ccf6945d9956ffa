DROP TABLE blizzard;
