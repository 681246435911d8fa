#include "config.h"
int one(int A);
int two(int A);
int fromassembly(void);
int main(void) { return one(0) + two(12) + fromassembly() - 10; }
