-- One page of one person's feed, from what is ready. Nothing is asked of anybody else.
--
-- KEYS: the feed. ARGV:
--   1 viewer  2 kind of card  3 limit
--   4 build and 5 last post of the page before (8 bytes each), both '' for the first page
--   6 flags: l likes of this person are not kept, s saves; w what is missing is left out; k cards are not wanted, ''
--            for each; q nothing is noted: the page may not be given; m nothing is read: the posts of 9 have been shown
--   7 how many posts nothing is known of may be looked at beyond the limit
--   8 how long a feed may be
--   9 posts (8 bytes each) to show in this order instead of the feed, or ''
--  10 those of them that come by a tag: shown when open to everybody, whoever made them
--
-- Returns one of
--   {'expired'}                                              there is no such page any more
--   {'missing', now, feed, sources, mutuals, likes, saves, near, posts}  1 each of what is not ready; posts (8 bytes
--                                                            each) whose facts, author or card are not; feed 2: build
--                                                            it anew
--   {'page', now, build, last, due, blocks, then for each post: facts, person, card, followed, mutual, liked, saved,
--                                                            near, seen, close}
--                                                            last: where the next page goes on, '' at the end
--                                                            due: 1 if with q there is something to be noted
--                                                            blocks: 1 if the viewer has blocked somebody, or was
--                                                            close: 1 if the viewer is a close friend of the author
--   nothing with m
--
-- A post is shown if it has facts, its author is among the sources and has facts, and it is for everybody, for followers
-- or, if the author has the viewer among theirs, for close friends.

local MOST = 2000 -- entries looked at in one call
local viewer, kind, limit, build, last = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]
local likes_unknown, saves_unknown = find(ARGV[6], 'l', 1, true), find(ARGV[6], 's', 1, true)
local lenient = find(ARGV[6], 'w', 1, true)
local without_cards, quiet = find(ARGV[6], 'k', 1, true), find(ARGV[6], 'q', 1, true)
local spare, longest, listed = tonumber(ARGV[7]), HEADER + WIDTH * tonumber(ARGV[8]), ARGV[9]
local key, now = KEYS[1], clock()
local sources, mutuals, near = 'sources:' .. viewer, 'mutuals:' .. viewer, 'close:' .. viewer
local likes, saves = 'likes:' .. viewer, 'saves:' .. viewer
local friends_of = 'closefriends:' .. viewer

local tagged
if ARGV[10] and ARGV[10] ~= '' then
  tagged = {}
  for at = 1, #ARGV[10], WIDTH do tagged[sub(ARGV[10], at, at + WIDTH - 1)] = true end
end

-- What the viewer was shown ----------------------------------------------------------------------------------------

-- Where these posts (8 bytes each) stand in the current feed, as far as they do.
local function places_of(current, ids)
  local places = {}
  for at = 1, #ids, WIDTH do places[#places + 1] = place_of(current, sub(ids, at, at + WIDTH - 1)) end
  return places
end

local function mark(current, places)
  local first, final, marked = #current, 0, {}
  for _, place in ipairs(places) do first, final = math.min(first, place), math.max(final, place) end
  for place = first, final, WIDTH do marked[#marked + 1] = sub(current, place, place + WIDTH - 1) end
  for _, place in ipairs(places) do
    local which = (place - first) / WIDTH + 1
    marked[which] = char(byte(marked[which]) % 128 + 128) .. sub(marked[which], 2)
  end
  if final > 0 then call('SETRANGE', key, first - 1, table.concat(marked)) end
end

local function is_reader_due()
  local before = call('ZSCORE', READERS, viewer)
  return not before or floor(now / 1000) - before > 60
end

local function note(current, places)
  mark(current, places)
  if is_reader_due() then call('ZADD', READERS, floor(now / 1000), viewer) end
end

if find(ARGV[6], 'm', 1, true) then
  local current = call('GET', key)
  if current then note(current, places_of(current, listed)) end
  return
end

-- What is missing ------------------------------------------------------------------------------------------------

local function lacks(name, with_set)
  if with_set then return 1 - call('SISMEMBER', name, 0) end
  return 1 - call('HEXISTS', name, 0)
end

local function missing(feed, posts)
  local no_likes = likes_unknown and 0 or lacks(likes, true)
  local no_saves = saves_unknown and 0 or lacks(saves, true)
  local no_sources = math.max(lacks(sources, true), lacks(friends_of, true))
  return {'missing', now, feed, no_sources, lacks(mutuals, true), no_likes, no_saves, lacks(near), posts}
end

-- The feed of this page ------------------------------------------------------------------------------------------

local feed = call('GET', key)
local current = feed
if listed ~= '' then
  feed = string.rep('\0', HEADER) .. listed
elseif build ~= '' then
  if not feed or sub(feed, 1, WIDTH) ~= build then feed = call('GET', snapshot_key(key, build)) end
  if not feed then return {'expired'} end
elseif not feed then
  return missing(1, '')
else
  local waiting = call('GET', pushed_key(key))
  if waiting then
    feed = merged(feed, waiting, longest)
    call('DEL', pushed_key(key))
    call('SET', key, feed, 'KEEPTTL')
    current = feed
  end
  local fresh, too_old, looked_at = hot_posts(feed, viewer, now)
  if too_old and not lenient then return missing(2, '') end
  if fresh and looked_at > 0 then
    local head = sub(feed, 1, WIDTH) .. packed(now - 1) .. sub(feed, 17, HEADER)
    if #fresh == 0 then
      call('SETRANGE', key, WIDTH, sub(head, WIDTH + 1, 16))
    else
      feed = sub(head .. table.concat(fresh) .. sub(feed, HEADER + 1), 1, longest)
      call('SET', key, feed, 'KEEPTTL')
    end
    current = feed
  end
end

local at = HEADER + 1
if last ~= '' then
  local place = place_of(feed, last)
  if not place then return {'expired'} end
  at = place + WIDTH
end
local start = at

-- The posts of this page -----------------------------------------------------------------------------------------

local shown, places, unknown, guessed = {}, {}, {}, 0
local sources_known, has_blocks = true, 0

-- The entries from `at` on, at most `count`: their ids, the facts of those that may be shown, and their authors.
local function candidates(count)
  local ids, keys = {}, {}
  for from = at, math.min(at + WIDTH * count, #feed + 1) - 1, WIDTH do
    local id = plain(sub(feed, from, from + WIDTH - 1))
    ids[#ids + 1], keys[#keys + 1] = id, 'post:' .. id
  end
  local facts, found, authors, people = call('MGET', unpack(keys)), {}, {}, {}
  for number, text in ipairs(facts) do
    if text then
      local author, post, audience, version = match(text, '^(%d+) (%d+) %d+ %d+ (%a) (%S+)$')
      if audience == 'p' or audience == 'f' or audience == 'c' then
        authors[#authors + 1], people[#people + 1] = author, 'person:' .. author
        found[number] = {text, author, post, version, #authors, audience, false, false, false} -- of its final size
      end
    elseif not lenient then
      found[number] = false
    end
  end
  return ids, found, authors, people
end

-- Whether the viewer is a close friend of the author; asked only of those who post for close friends. While the set is
-- not known nobody is.
local close, friends_known = {}, true
local function is_close_friend(author)
  if close[author] == nil then
    local known = call('SMISMEMBER', friends_of, 0, author)
    friends_known, close[author] = known[1] == 1, known[2] == 1
  end
  return close[author]
end

-- Whether the gate is open to a candidate: 1, nil, or false when nobody knows yet.
local function passes(id, post, is_source, person)
  if is_source == 1 and post[6] == 'c' and not is_close_friend(post[2]) then return nil end
  if is_source == 0 and not (tagged and tagged[id] and post[6] == 'p') then return nil end
  if not person and not lenient then return false end
  if not person or person == '-' then return nil end
  if is_source == 0 and match(person, '^%S+ (%a)') ~= 'o' then return nil end
  return 1
end

local function gate(ids, found, authors, people)
  local passed, cards, person_of, is_source = {}, {}, {}, {}
  if #authors > 0 then
    is_source = call('SMISMEMBER', sources, 0, unpack(authors))
    sources_known = is_source[1] == 1
    has_blocks = call('SISMEMBER', sources, -1)
    person_of = call('MGET', unpack(people))
  end
  for number, id in ipairs(ids) do
    local post = found[number]
    if post then
      local person = person_of[post[5]]
      local open = passes(id, post, sources_known and is_source[post[5] + 1] or 1, person)
      if open then
        post[7], post[8] = person, is_source[post[5] + 1]
        passed[number], cards[#cards + 1] = #cards + 1,
          without_cards and '' or 'card:' .. kind .. ':' .. post[3] .. ':' .. post[4] .. ':' .. match(person, '^%S+')
      elseif open == false then
        passed[number] = false
      end
    elseif post == false then
      passed[number] = false
    end
  end
  return passed, (without_cards or #cards == 0) and cards or call('MGET', unpack(cards))
end

local chunk = limit
while at <= #feed and #shown + guessed < limit and at - start < MOST * WIDTH do
  local ids, found, authors, people = candidates(chunk)
  local passed, cards = gate(ids, found, authors, people)
  for number, id in ipairs(ids) do
    local card = passed[number]
    if card then
      local post = found[number]
      post[9] = cards[card]
      if post[9] or not lenient then
        shown[#shown + 1], places[#places + 1] = post, at
        if not post[9] then unknown[#unknown + 1] = id end
      end
    elseif card == false then
      unknown[#unknown + 1] = id
      if spare > 0 then spare = spare - 1 else guessed = guessed + 1 end
    end
    at = at + WIDTH
    if #shown + guessed >= limit then break end
  end
  chunk = math.max(limit, 50)
end

if not sources_known and lenient then return missing(0, '') end
if #unknown > 0 or not sources_known or not friends_known and not lenient then return missing(0, table.concat(unknown)) end

-- What the viewer has to do with them ------------------------------------------------------------------------------

local posts, people = {}, {}
for number, post in ipairs(shown) do people[number], posts[number] = post[2], post[3] end
local is_mutual = call('SMISMEMBER', mutuals, 0, unpack(people))
local is_close = call('SMISMEMBER', 'closefriends:' .. viewer, 0, unpack(people))
local is_liked = likes_unknown and {1} or call('SMISMEMBER', likes, 0, unpack(posts))
local is_saved = saves_unknown and {1} or call('SMISMEMBER', saves, 0, unpack(posts))
local liked_often = call('HMGET', near, 0, unpack(people))
local has_marks = is_liked[1] == 1 and is_saved[1] == 1
if not lenient and (is_mutual[1] == 0 or not has_marks or not liked_often[1]) then return missing(0, '') end

local page = {'page', now, sub(feed, 1, WIDTH), '', 0, has_blocks}
if at <= #feed then page[4] = plain(sub(feed, at - WIDTH, at - 1)) end
local news, after = 0, #page
for number, post in ipairs(shown) do
  local seen = byte(feed, places[number]) >= 128 and 1 or 0
  news = news + 1 - seen
  page[after + 1], page[after + 2], page[after + 3], page[after + 4] = post[1], post[7], post[9], post[8]
  page[after + 5], page[after + 6], page[after + 7] = is_mutual[number + 1], is_liked[number + 1] or 0, is_saved[number + 1] or 0
  page[after + 8], page[after + 9], page[after + 10] = liked_often[number + 1] or 0, seen, is_close[number + 1]
  after = after + 10
end

-- The viewer has seen them -----------------------------------------------------------------------------------------

if current and quiet then
  if news > 0 or is_reader_due() then page[5] = 1 end
elseif current then
  if news == 0 then
    places = {}
  elseif feed ~= current then
    local ids = {}
    for number, place in ipairs(places) do ids[number] = plain(sub(feed, place, place + WIDTH - 1)) end
    places = places_of(current, table.concat(ids))
  end
  note(current, places)
end
return page
