# A state machine like bzip2's decompressor: 12 values live across 120 calls.
VALUES, STATES = 12, 120
print("int next(void); void use(long, long);")
print("long f(long *s) {")
for i in range(VALUES):
    print(f"  long v{i} = s[{i}];")
print("  for (;;) switch (s[99]) {")
for i in range(STATES):
    a, b, c = i % VALUES, i * 7 % VALUES, i * 11 % VALUES
    print(f"  case {i}:")
    print(f"    v{a} = (v{b} << 8) | next();")
    print(f"    if (v{a} > v{c}) {{ s[99] = {i * 13 % STATES}; goto save; }}")
print("    break;")
print("  default: goto save;")
print("  }")
print("save:")
for i in range(VALUES):
    print(f"  s[{i}] = v{i};")
print("  return v0;")
print("}")
