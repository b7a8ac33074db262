-- KEYS: feeds. ARGV: seconds to keep them, seconds to keep what they replace, how many posts a feed may have, then the
-- new value of each feed, all of one build. Returns how many were replaced.
--
-- What was built on the spot since the posts of this build were read is newer and stays; so does the gap where a feed
-- was dropped since then: it is built when its person comes. A post pushed since then stays in front.

local keep, aside, longest = ARGV[1], tonumber(ARGV[2]), HEADER + WIDTH * tonumber(ARGV[3])
local moment, now = unpacked(ARGV[4], 9), clock() / 1000

local people, waits, late = {}, {}, {}
for number, key in ipairs(KEYS) do
  people[number], waits[number] = sub(key, 6), pushed_key(key)
end
for _, id in ipairs(call('ZRANGEBYSCORE', PUSHED, string.format('%.0f', moment), '+inf')) do late[id] = true end
local dropped, readers = call('ZMSCORE', DROPPED, unpack(people)), call('ZMSCORE', READERS, unpack(people))
local waiting = call('MGET', unpack(waits))

local count, anything_late = 0, next(late)
for number, key in ipairs(KEYS) do
  local feed, header = ARGV[3 + number], call('GETRANGE', key, 0, HEADER - 1)
  local is_newer = #header == HEADER and unpacked(header, 1) > moment
  if not is_newer and tonumber(dropped[number] or 0) < moment then
    local read = tonumber(readers[number] or 0)
    -- Only a read moves what waits into the feed.
    if #header > 0 and anything_late and (waiting[number] or read >= moment / 1000 - 60) then
      local before = call('GET', key)
      local whole = waiting[number] and merged(before, waiting[number], longest) or before
      feed = with_pushed(feed, whole, late, moment, longest)
    end
    if #header > 0 and read > now - aside - 60 then
      call('RENAME', key, snapshot_key(key, header))
      call('EXPIRE', snapshot_key(key, header), aside)
    end
    if waiting[number] then call('DEL', waits[number]) end
    call('SET', key, feed, 'EX', keep)
    count = count + 1
  end
end
return count
