-- KEYS: the feed. ARGV: the viewer, a post id (8 bytes).
-- How many posts newer than that one have come to the front of the feed and were not shown yet, hot ones included.
-- Only what this person may be shown counts: the gate of read_page.lua. Returns the count, whether the relations of the
-- person are not known, and the posts (8 bytes each) of which, or of whose authors, nothing is known; those do not count.

local viewer, newest, sources, friends_of = ARGV[1], ARGV[2], 'sources:' .. ARGV[1], 'closefriends:' .. ARGV[1]
local feed = call('GET', KEYS[1])
if not feed then return {0, 0, ''} end
if call('SISMEMBER', sources, 0) == 0 then return {0, 1, ''} end
local waiting = call('GET', pushed_key(KEYS[1]))
if waiting then feed = merged(feed, waiting, #feed + #waiting) end

local ids = hot_posts(feed, viewer, clock()) or {}
for at = HEADER + 1, #feed, WIDTH do
  local id = sub(feed, at, at + WIDTH - 1)
  if byte(id) >= 128 or #ids >= 100 then break end
  if is_newer(id, newest) then ids[#ids + 1] = id end
end

-- Whether this person may be shown what the author posts for this audience; nil when nobody knows yet.
local function is_for(audience, author)
  if audience ~= 'p' and audience ~= 'f' and audience ~= 'c' then return false end
  if call('SISMEMBER', sources, author) == 0 then return false end
  if audience ~= 'c' then return true end
  local close = call('SMISMEMBER', friends_of, 0, author)
  if close[1] == 1 then return close[2] == 1 end
end

local count, no_friends, unknown = 0, 0, {}
for _, id in ipairs(ids) do
  local facts = call('GET', 'post:' .. id)
  local author, audience = match(facts or '', '^(%d+) %d+ %d+ %d+ (%a)')
  if not facts then
    unknown[#unknown + 1] = id
  else
    local open = is_for(audience, author)
    local person = open and call('GET', 'person:' .. author)
    if open == nil then no_friends = 1
    elseif open and not person then unknown[#unknown + 1] = id
    elseif open and person ~= '-' then count = count + 1 end
  end
end
return {count, no_friends, table.concat(unknown)}
