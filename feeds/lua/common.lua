-- What the programs of this folder share: a feed is 24 bytes (build, hot posts pulled until, 0) and 8 bytes a post, best
-- first, big-endian. The highest bit of a post says that its person was shown it. What is pushed stands in a short value
-- of its own, oldest first, until the person reads: moving a whole feed by one post costs five times as much.

local HEADER, WIDTH = 24, 8
local HOUR = 3600
local READERS, HOT, PUSHED, DROPPED = 'feeds:readers', 'feeds:hot', 'feeds:pushed', 'feeds:dropped'
local ID_EPOCH, ID_STEPS = 1767225600000, 8388608 -- ids count milliseconds since 2026, times 2^23

local call, floor = redis.call, math.floor
local sub, byte, char, find, match = string.sub, string.byte, string.char, string.find, string.match

-- Milliseconds since 1970 on the clock of this Valkey: the only clock that moments in feeds are compared with.
local function clock()
  local now = call('TIME')
  return now[1] * 1000 + floor(now[2] / 1000)
end

-- A number below 2^53 as 8 bytes, and back.
local function packed(number)
  return struct.pack('>I4I4', floor(number / 4294967296), number % 4294967296)
end

local function unpacked(text, at)
  local high, low = struct.unpack('>I4I4', text, at)
  return high * 4294967296 + low
end

-- An id in decimal digits as 8 bytes; Lua's numbers are too short for it.
local function packed_id(digits)
  local high, low = 0, 0
  for group in string.gmatch(string.rep('0', -#digits % 6) .. digits, '%d%d%d%d%d%d') do
    low = low * 1000000 + tonumber(group)
    high = high * 1000000 + floor(low / 4294967296)
    low = low % 4294967296
  end
  return struct.pack('>I4I4', high, low)
end

-- Whether one id is greater. Not compared as text, for that would follow the language of the machine.
local function is_newer(id, other)
  local high, low = struct.unpack('>I4I4', id)
  local other_high, other_low = struct.unpack('>I4I4', other)
  return high > other_high or high == other_high and low > other_low
end

-- When the post of this id was made, in milliseconds since 1970.
local function made_at(id)
  return floor(unpacked(id, 1) / ID_STEPS) + ID_EPOCH
end

-- The id of an entry, without the mark.
local function plain(entry)
  local first = byte(entry)
  if first < 128 then return entry end
  return char(first - 128) .. sub(entry, 2)
end

-- Where in the feed the post stands, marked or not; nil when it does not. The lower half of ids differs most.
local function place_of(feed, id)
  local lower, first, upper = sub(id, 5), byte(id), sub(id, 2, 4)
  local at = find(feed, lower, HEADER + 5, true)
  while at do
    if (at - HEADER) % WIDTH == 5 and sub(feed, at - 3, at - 1) == upper and byte(feed, at - 4) % 128 == first then
      return at - 4
    end
    at = find(feed, lower, at + 1, true)
  end
end

local function snapshot_key(key, feed)
  return key .. ':' .. string.gsub(sub(feed, 1, WIDTH), '.', function(each)
    return string.format('%02x', byte(each))
  end)
end

local function pushed_key(key)
  return 'pushed:' .. sub(key, 6) -- behind `feed:`
end

-- The feed with these pushed posts in front, without those that it has already.
local function merged(feed, pushed, longest)
  local front, there = {}, {}
  for at = #pushed - WIDTH + 1, 1, -WIDTH do
    local id = sub(pushed, at, at + WIDTH - 1)
    if not there[id] and not place_of(feed, id) then front[#front + 1], there[id] = id, true end
  end
  if #front == 0 then return feed end
  return sub(sub(feed, 1, HEADER) .. table.concat(front) .. sub(feed, HEADER + 1), 1, longest)
end

-- Somebody who has read lately may still ask for the next page of this feed.
local function put_aside(key, feed, seconds)
  local read = call('ZSCORE', READERS, sub(key, 6))
  if read and tonumber(read) > call('TIME')[1] - seconds - 60 then
    local snapshot = snapshot_key(key, feed)
    call('RENAME', key, snapshot)
    call('EXPIRE', snapshot, seconds)
  else
    call('DEL', key)
  end
end

-- Hot posts of the viewer's sources that the feed has not considered yet, those published last first; and whether one
-- of them is too old for the front, so that the feed has to be built anew. nil when the sources are not known.
local function hot_posts(feed, viewer, now)
  local hot = call('ZRANGEBYSCORE', HOT, string.format('(%.0f', unpacked(feed, 9)), '+inf')
  local fresh, too_old, sources = {}, false, 'sources:' .. viewer
  if #hot > 0 and call('SISMEMBER', sources, 0) == 0 then return nil end
  for number = #hot, 1, -1 do
    local author, digits = match(hot[number], '^(%d+):(%d+)$')
    if call('SISMEMBER', sources, author) == 1 then
      local id = packed_id(digits)
      if not place_of(feed, id) then
        if now - made_at(id) > HOUR * 1000 then too_old = true else fresh[#fresh + 1] = id end
      end
    end
  end
  return fresh, too_old, #hot
end

-- The new feed with what was pushed since `moment` in front, as it stands in the feed before; `late` has those posts.
-- Whatever comes to the front is younger than an hour then, hot posts as well: a few older ones are the end of it.
local function with_pushed(feed, before, late, moment, longest)
  local front, older, border = {}, 0, moment - HOUR * 1000
  for at = HEADER + 1, #before, WIDTH do
    local entry = sub(before, at, at + WIDTH - 1)
    local id = plain(entry)
    if late[id] then
      if not place_of(feed, id) then front[#front + 1] = entry end
    elseif made_at(id) < border then
      older = older + 1
      if older == 8 then break end
    end
  end
  if #front == 0 then return feed end
  return sub(sub(feed, 1, HEADER) .. table.concat(front) .. sub(feed, HEADER + 1), 1, longest)
end
