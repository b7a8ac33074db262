-- KEYS: the feed. ARGV: the viewer, a post id (8 bytes).
-- How many posts newer than that one have come to the front of the feed and were not shown yet, hot ones included.
-- A post nothing is known of yet counts; one that is known to be hidden from this person does not.

local viewer, newest, sources = ARGV[1], ARGV[2], 'sources:' .. ARGV[1]
local feed = call('GET', KEYS[1])
if not feed then return 0 end
local waiting = call('GET', pushed_key(KEYS[1]))
if waiting then feed = merged(feed, waiting, #feed + #waiting) end

local ids = hot_posts(feed, viewer, clock()) or {}
for at = HEADER + 1, #feed, WIDTH do
  local id = sub(feed, at, at + WIDTH - 1)
  if byte(id) >= 128 or #ids >= 100 then break end
  if id > newest then ids[#ids + 1] = id end
end

local count, sources_known = 0, call('SISMEMBER', sources, 0) == 1
for _, id in ipairs(ids) do
  local facts = call('GET', 'post:' .. id)
  local author, audience = match(facts or '', '^(%d+) %d+ %d+ %d+ (%a)')
  local hidden = facts and audience ~= 'p' and audience ~= 'f'
    or author and sources_known and call('SISMEMBER', sources, author) == 0
  if not hidden then count = count + 1 end
end
return count
