"""What Redis itself does, each in one step: the conditional append, the read, the trim, the drop.

A log is a stream with one entry for each append, whose id is the position behind it; `heads` says
for each sandbox where its log ends. Every head names the append that made it by its tag, and a
reader shows the tag of the append up to which it has read: a log that lost its end, or another
log in its place (a failover, a flush), is so never taken for the one that was read.

All take the keys `heads log kept entries directory leases used calls` and the sandbox first. An
absent head is "". `again` is 1 where the answer to the same words was lost.
"""

from emulator.core.ledger.redis_link import Script

# expected head position tag again facts lease used_at released... "" claimed...
# -> done, moved or unknown (the log was trimmed beyond what would tell)
APPEND = Script("""
local heads, log, kept, entries, directory, leases, used, calls = unpack(KEYS)
local sandbox, expected, head, id, tag, again, facts, lease, used_at = unpack(ARGV, 1, 9)
local function free(entry)
  if redis.call('HGET', directory, entry) == sandbox then
    redis.call('HDEL', directory, entry)
    redis.call('SREM', entries, entry)
  end
end
local now = redis.call('HGET', heads, sandbox) or ''
if now ~= expected then
  if again == '0' then return 'moved' end
  local there = redis.call('XRANGE', log, id, id)[1]
  if there then return there[2][2] == tag and 'done' or 'moved' end
  local last = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
  local beyond = last and tonumber(string.match(last[1], '^%d+')) > tonumber(id)
  return beyond and 'unknown' or 'moved'
end
if expected == '' then
  for _, entry in ipairs(redis.call('SMEMBERS', entries)) do free(entry) end
  redis.call('DEL', log, kept, entries, calls)
  redis.call('HSET', leases, sandbox, lease)
  redis.call('ZADD', used, used_at, sandbox)
end
redis.call('XADD', log, id .. '-0', 't', tag, 'f', facts)
redis.call('HSET', heads, sandbox, head)
local claiming = false
for i = 10, #ARGV do
  local entry = ARGV[i]
  if entry == '' then
    claiming = true
  elseif not claiming then
    free(entry)
  elseif redis.call('HSETNX', directory, entry, sandbox) == 1 then
    redis.call('SADD', entries, entry)
  end
end
return 'done'
""")

# position tag, of what was read; "0" and "" from the beginning
# -> nil (no log), {head} (not the log that was read),
#    {head, {position, facts} of a snapshot or {}, entries}
READ = Script("""
local heads, log, kept = unpack(KEYS)
local sandbox, position, tag = unpack(ARGV)
local head = redis.call('HGET', heads, sandbox)
if not head then return false end
if position == '0' then
  local at = redis.call('HGET', kept, 'p')
  if not at then return {head, {}, redis.call('XRANGE', log, '-', '+')} end
  local rest = redis.call('XRANGE', log, '(' .. at .. '-0', '+')
  return {head, {at, redis.call('HGET', kept, 'f')}, rest}
end
local there = redis.call('XRANGE', log, position, position)[1]
if not there or there[2][2] ~= tag then return {head} end
return {head, {}, redis.call('XRANGE', log, '(' .. position .. '-0', '+')}
""")

# position tag facts first: `facts` stand for all up to the position; entries before `first` go
TRIM = Script("""
local heads, log, kept = unpack(KEYS)
local sandbox, position, tag, facts, first = unpack(ARGV)
local there = redis.call('XRANGE', log, position, position)[1]
if not there or there[2][2] ~= tag then return 'moved' end
if tonumber(redis.call('HGET', kept, 'p') or '0') >= tonumber(position) then return 'moved' end
redis.call('HSET', kept, 'p', position, 'f', facts)
redis.call('XTRIM', log, 'MINID', '=', first)
return 'done'
""")

# incarnation again unused_since ("": however lately it was used) -> done or moved
DROP = Script("""
local heads, log, kept, entries, directory, leases, used, calls = unpack(KEYS)
local sandbox, incarnation, again, since = unpack(ARGV)
local head = redis.call('HGET', heads, sandbox)
if not head then return again == '1' and 'done' or 'moved' end
if string.match(head, '^%S+ %S+ (%S+)') ~= incarnation then return 'moved' end
local used_at = redis.call('ZSCORE', used, sandbox)
if since ~= '' and used_at and tonumber(used_at) > tonumber(since) then return 'moved' end
for _, entry in ipairs(redis.call('SMEMBERS', entries)) do
  if redis.call('HGET', directory, entry) == sandbox then
    redis.call('HDEL', directory, entry)
  end
end
redis.call('HDEL', heads, sandbox)
redis.call('HDEL', leases, sandbox)
redis.call('ZREM', used, sandbox)
redis.call('DEL', log, kept, entries, calls)
return 'done'
""")

SCRIPTS = (APPEND, READ, TRIM, DROP)
