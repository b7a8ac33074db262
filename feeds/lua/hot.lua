-- KEYS: feeds:hot. ARGV: a member `<author>:<post>`.
-- Announces a post that readers pull. Published again, it is announced again: feeds that have it stay as they are.

call('ZADD', KEYS[1], clock(), ARGV[1])
