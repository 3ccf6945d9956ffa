CREATE TABLE "t"(a -- x
, 'c d' generated text, e generated always, primary key (a autoincrement))