-- For wrk: a request a row of a file, made of a template.
-- wrk ... -- TEMPLATE ROWS FIRST NEEDLE: `@1`, `@2` in the template are the row's fields, divided by
-- tabs; begins with row FIRST (from 0), and over again behind the last one, unless a NEEDLE is
-- given: then each row is sent once, and answers that hold the needle are counted.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

local pieces, rows, at, once = {}, {}, 0, nil

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

local function split(template)
  local from = 1
  while true do
    local first, last, field = template:find("@(%d)", from)
    if not first then break end
    table.insert(pieces, template:sub(from, first - 1))
    table.insert(pieces, tonumber(field))
    from = last + 1
  end
  table.insert(pieces, template:sub(from))
end

local function made(row)
  local fields, parts = {}, {}
  for field in row:gmatch("[^\t]+") do table.insert(fields, field) end
  for index, piece in ipairs(pieces) do
    parts[index] = type(piece) == "number" and fields[piece] or piece
  end
  return table.concat(parts)
end

sent, acknowledged, other, exhausted = 0, 0, "", false

function init(args)
  split(read(args[1]))
  for row in read(args[2]):gmatch("[^\n]+") do table.insert(rows, row) end
  at = tonumber(args[3])
  once = args[4]
  if once then
    response = function(status, _, body)
      if status == 200 and body:find(once, 1, true) then
        acknowledged = acknowledged + 1
      elseif other == "" then
        other = status .. " " .. body
      end
    end
  else
    for index, row in ipairs(rows) do rows[index] = made(row) end
  end
end

function request()
  sent = sent + 1
  if once then
    if at >= #rows then
      exhausted = true
      at = 0
    end
    at = at + 1
    return made(rows[at])
  end
  at = at % #rows + 1
  return rows[at]
end

local function quoted(text)
  return '"' .. text:sub(1, 500):gsub('[%c"\\]', " ") .. '"'
end

function done(summary, latency)
  local errors = summary.errors
  local thread = threads[1]
  local format = '{"requests": %d, "seconds": %.6f, "failed": %d, "sent": %d, "acknowledged": %d,'
    .. ' "exhausted": %s, "other": %s, "p50_ms": %.3f, "p99_ms": %.3f}\n'
  io.write(string.format(
    format,
    summary.requests,
    summary.duration / 1e6,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    thread:get("sent"),
    thread:get("acknowledged"),
    tostring(thread:get("exhausted")),
    quoted(thread:get("other")),
    latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3
  ))
end
