-- a comment

-- migrate:up
SELECT 1;

COMMIT;
-- migrate:down
SELECT 1;
