#include <dlfcn.h>
#include <stdio.h>
int main(int Argc, char **Argv) {
  void *Library = Argc > 1 ? dlopen(Argv[1], RTLD_NOW) : 0;
  int (*One)(int) = Library ? (int (*)(int))dlsym(Library, "one") : 0;
  if (!One)
    return fprintf(stderr, "%s\n", dlerror());
  return One(0) - 1;
}
