-- KEYS: feeds. ARGV: the post (8 bytes), how many posts may wait for a reader, for how many seconds pushes are
-- remembered, for how many seconds what waits is kept.
-- Puts the post in front of the feeds that exist; returns of how many. Put there twice it stands there once.
--
-- The post is remembered so that a build which began before it does not lose it. A feed that is being built at this
-- moment on the spot is not kept either: its lease goes.

local id, most, keep = ARGV[1], WIDTH * tonumber(ARGV[2]), ARGV[4]
local now, count = clock(), 0
call('ZADD', PUSHED, now, id)
call('ZREMRANGEBYSCORE', PUSHED, '-inf', now - 1000 * ARGV[3])
for _, key in ipairs(KEYS) do
  if call('EXISTS', key) == 0 then
    call('DEL', 'lease:' .. key)
  else
    local waiting = pushed_key(key)
    local length = call('APPEND', waiting, id)
    if length == WIDTH then call('EXPIRE', waiting, keep) end
    if length > most then call('SET', waiting, call('GETRANGE', waiting, length - most / 2, -1), 'KEEPTTL') end
    count = count + 1
  end
end
return count
