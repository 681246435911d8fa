#include <string>
extern "C" int two(int A) { std::string S = A == 12 ? "ab" : "c"; return static_cast<int>(S.size()); }
