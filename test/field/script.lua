-- Exercises the interpreter; what it prints must not depend on the compiler.
local out = {}
local function emit(...) print(...) end
local seed = 42
local function rnd(n) seed = (seed * 1103515245 + 12345) % 2147483648; return seed % n + 1 end
-- tables, sorting, metamethods
local t = {}
for i = 1, 2000 do t[i] = rnd(100000) end
table.sort(t, function(a, b) return a > b end)
emit(t[1], t[1000], t[2000], #t)
local V = {}
V.__index = V
V.__add = function(a, b) return setmetatable({x = a.x + b.x}, V) end
V.__tostring = function(a) return "V(" .. a.x .. ")" end
V.__close = function() emit("closed") end
emit(tostring(setmetatable({x = 1}, V) + setmetatable({x = 2.5}, V)))
do local v <close> = setmetatable({x = 0}, V) end
-- strings, patterns, format, pack
local s = string.rep("The quick brown fox ", 50)
emit(s:gsub("%w+", string.upper):sub(1, 40), select(2, s:gsub("o", "0")))
for k, v in ("a=1, b=22, c=333"):gmatch("(%w+)=(%w+)") do emit(k, v) end
emit(("%5.2f|%-8s|%08x|%q|%g|%a"):format(math.pi, "ab", 48879, "q\n\0z", 1e300, 0.5))
emit(string.unpack("<i4>I2z", string.pack("<i4>I2z", -7, 65535, "zed")))
emit(#utf8.char(228, 8364, 128512), utf8.codepoint("\u{20AC}", 1))
-- numbers
emit(7 // 2, -7 // 2, 7 % -3, -7 % 3, 7.5 // 2, 2^53, math.maxinteger + 1 == math.mininteger, 1 / 0, -1 / 0)
emit(5 // 0.0, -5 % math.huge, 3 & 5, 3 | 5, 3 ~ 5, ~0, 1 << 62, 1 >> 1, "10" + 5, 0x7fffffffffffffff)
-- closures, coroutines, errors, goto
local function gen(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i * i) end end) end
local sum = 0
for v in gen(500) do sum = sum + v end
emit(sum)
emit(pcall(error, {code = 1}), select(2, pcall(function() local x = nil; return x.y end)))
emit(xpcall(function() error("deep", 0) end, function(m) return "handled " .. m end))
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
emit(fib(24))
local function deep(n) return n == 0 and 0 or 1 + deep(n - 1) end
emit(deep(10000), pcall(function() local function r() return 1 + r() end return r() end) == false)
for i = 1, 3 do for j = 1, 3 do if j == 2 then goto continue end emit(i, j) ::continue:: end end
-- garbage collection and load
for i = 1, 200 do local x = {} for j = 1, 200 do x[j] = {j, tostring(j)} end end
collectgarbage() collectgarbage("generational")
for i = 1, 100 do local x = {} for j = 1, 200 do x[j] = {j, tostring(j)} end end
emit(load("return ...", "chunk")(1, 2, 3), load("syntax error here"))
local f = load(string.dump(function(a, b) return a * b end))
emit(f(6, 7))
local weak = setmetatable({}, {__mode = "k"})
weak[{}] = 1 collectgarbage() emit(next(weak))
emit(table.concat(table.move({1, 2, 3}, 1, 3, 2), ","), table.unpack({1, 2, nil, 4}, 1, 4))
emit(os.time({year = 2020, month = 2, day = 29, hour = 12}), os.date("!%Y-%m-%d", 86400 * 365))
