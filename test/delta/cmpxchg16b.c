// A register that is loaded again from its slot is compared behind its last use, but
// not where flags of that use are read behind another change of the register.
// RUN: %harden -O0 -mcx16 %s -o %t && %t
typedef unsigned __int128 U128;
__attribute__((noinline)) int once(U128 *p, U128 want, U128 to) {
  return __sync_bool_compare_and_swap(p, want, to);
}
int main(void) {
  static U128 word = (U128)5 << 70 | 1000;
  return !once(&word, word, 7) + once(&word, 8, 9);
}
