-- Exercises the shell and library; the output must not depend on the compiler.
CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
INSERT INTO t SELECT i, printf('row %05d', (i * 7919) % 5000), i / 3.0 FROM n;
CREATE INDEX tb ON t(b);
SELECT count(*), sum(a), round(avg(c), 6), min(b), max(b) FROM t;
SELECT a, b FROM t WHERE b LIKE 'row 0012%' ORDER BY b DESC LIMIT 5;
SELECT b, row_number() OVER (ORDER BY c DESC), lag(a, 2, -1) OVER (ORDER BY a) FROM t LIMIT 4;
SELECT x.a, y.a FROM t x JOIN t y ON x.a = y.a * 1000 ORDER BY 1;
UPDATE t SET c = c * 2 WHERE a % 3 = 0;
DELETE FROM t WHERE a BETWEEN 100 AND 4000;
SELECT count(*), total(c) FROM t;
SELECT json_extract('{"a":[1,2,{"b":null}]}', '$.a[2]'), json_group_array(a) FROM t WHERE a < 10;
SELECT value, key FROM json_each('[3, "x", 2.5e10, true]');
CREATE VIRTUAL TABLE f USING fts5(body);
INSERT INTO f VALUES ('the quick brown fox'), ('jumps over the lazy dog'), ('quick quick dog');
SELECT rowid, highlight(f, 0, '[', ']') FROM f WHERE f MATCH 'quick OR dog' ORDER BY rank;
SELECT hex(randomblob(0)), quote(x'00ff'), typeof(1e999), 9223372036854775807 + 1, 5 / 0, -5 % 3;
SELECT strftime('%Y-%m-%d %H:%M', 1600000000, 'unixepoch', '+1 month', 'start of month');
SELECT printf('%.17g %e %,d %5.3s|%-6d|', 0.1, 12345.678, 123456789, 'abcdef', 42);
CREATE TRIGGER g AFTER DELETE ON t BEGIN INSERT INTO f VALUES ('gone ' || old.a); END;
DELETE FROM t WHERE a = 4001;
SELECT body FROM f ORDER BY rowid DESC LIMIT 1;
BEGIN; DELETE FROM t; ROLLBACK; PRAGMA integrity_check;
VACUUM;
EXPLAIN QUERY PLAN SELECT * FROM t WHERE b = 'x' AND a > 5;
SELECT group_concat(DISTINCT a % 7) FROM t;
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) EXCEPT SELECT 1, 'a';
.mode box
SELECT a, b FROM t LIMIT 3;
.mode csv
SELECT a, b, c FROM t LIMIT 2;
SELECT no_such_column FROM t;
