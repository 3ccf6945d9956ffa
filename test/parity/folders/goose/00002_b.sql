-- +goose Up
CREATE TABLE goose_b (id integer);

-- +goose Down
DROP TABLE goose_b;
