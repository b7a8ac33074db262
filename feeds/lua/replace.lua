-- KEYS: feeds. ARGV: seconds to keep them, seconds to keep what they replace, how many posts a feed may have,
-- a lease or '', then the new value of each feed.
-- With a lease nothing happens unless it stands (one feed only); it ends. Returns how many were replaced.
--
-- What was pushed to the front of a feed after its build began stays in front; hot posts among it may be pulled again.

local keep, aside, longest, lease = ARGV[1], tonumber(ARGV[2]), HEADER + WIDTH * tonumber(ARGV[3]), ARGV[4]
if lease ~= '' then
  if call('GET', 'lease:' .. KEYS[1]) ~= lease then return 0 end
  call('DEL', 'lease:' .. KEYS[1])
end

local late, since = {}, nil
local function pushed_later(feed)
  local moment = unpacked(feed, 9)
  if moment ~= since then
    since, late = moment, {}
    for _, id in ipairs(call('ZRANGEBYSCORE', PUSHED, string.format('%.0f', moment), '+inf')) do late[id] = true end
  end
  return late
end

for number, key in ipairs(KEYS) do
  local feed, before = ARGV[4 + number], call('GET', key)
  local waiting = call('GET', pushed_key(key))
  if before then
    local pushed = pushed_later(feed)
    if next(pushed) then
      local whole = waiting and merged(before, waiting, longest) or before
      feed = with_pushed(feed, whole, pushed, unpacked(feed, 9), longest)
    end
    if sub(before, 1, WIDTH) ~= sub(feed, 1, WIDTH) then put_aside(key, before, aside) end
  end
  if waiting then call('DEL', pushed_key(key)) end
  call('SET', key, feed, 'EX', keep)
end
return #KEYS
