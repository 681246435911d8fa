export module m;
export int one(int A) { return A * 3 + 1; }
