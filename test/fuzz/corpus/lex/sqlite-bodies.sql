PRAGMA foreign_keys=OFF;
CREATE TABLE `t` ([a b] INTEGER, "c" TEXT DEFAULT x'ab');
--> statement-breakpoint
CREATE TEMP TRIGGER r AFTER INSERT ON t WHEN new.c BEGIN
	UPDATE t SET c = CASE WHEN 1 THEN 2 END;
	SELECT ?1, :a, @b, $c::d(e);
END;
PRAGMA main.foreign_keys('on');
