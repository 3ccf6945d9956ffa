-- migrate:up
SELECT 1;

-- migrate:down
SELECT 1;
SELECT 'abc;
