-- KEYS: feeds. ARGV: seconds to keep what may still be read, and perhaps a post (8 bytes): feeds that have it stay.
-- Forgets the feeds, so that they are built anew; what is being built at this moment is not kept. Returns how many.
--
-- The drop is remembered so that a build which began before it does not bring back what was dropped; and for somebody
-- who reads, what was shown, so that the next build still knows.

local seconds, id, count, now = tonumber(ARGV[1]), ARGV[2], 0, clock()
call('ZREMRANGEBYSCORE', DROPPED, '-inf', now - 1000 * HOUR)
for _, key in ipairs(KEYS) do
  call('DEL', 'lease:' .. key)
  local feed = call('GET', key)
  local waiting = id and call('GET', pushed_key(key))
  local has = id and feed and (place_of(feed, id) or waiting and place_of(merged(feed, waiting, #feed + #waiting), id))
  if not has then call('ZADD', DROPPED, now, sub(key, 6)) end
  if feed and not has then
    call('DEL', pushed_key(key))
    if call('ZSCORE', READERS, sub(key, 6)) then call('SET', 'shown:' .. sub(key, 6), feed, 'EX', seconds) end
    put_aside(key, feed, seconds)
    count = count + 1
  end
end
return count
