-- Ten patterns, one gsub each, as Fluent Bit's users write them. The first five are of tokens that the haystacks leak.
local PATTERNS = {
  "AKIA" .. ("[A-Z2-7]"):rep(16),
  "gh[pousr]_" .. ("%w"):rep(36),
  "github_pat_[%w_]+",
  "AIza" .. ("[%w_-]"):rep(35),
  "npm_" .. ("%w"):rep(36),
  "xox[abprs]%-[%w-]+",
  "sk_live_%w+",
  "glpat%-[%w_-]+",
  "SG%.[%w_-]+%.[%w_-]+",
  "eyJ[%w_-]+%.eyJ[%w_-]+%.[%w_-]+",
}

local found = 0

-- Called for each record; 2 says that it changed and its time did not.
function redact(tag, timestamp, record)
  local text = record["log"]
  local before = found
  for _, pattern in ipairs(PATTERNS) do
    local count
    text, count = text:gsub(pattern, "[REDACTED]")
    found = found + count
  end
  if found == before then return 0, timestamp, record end
  local file = io.open(os.getenv("BENCH_COUNT"), "w")
  file:write(found)
  file:close()
  record["log"] = text
  return 2, timestamp, record
end
