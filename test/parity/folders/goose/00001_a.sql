-- +goose Up
-- +goose StatementBegin
CREATE TABLE goose_a (id integer);
-- +goose StatementEnd

-- +goose Down
DROP TABLE goose_a;
