/* usage: runtime-main [LIBRARY..]: do all images see one shared state? */
#include <dlfcn.h>
#include <stdio.h>

void *(*of(const char *Library))(void) {
  void *Handle = dlopen(Library, RTLD_NOW | RTLD_LOCAL);
  void *Symbol = Handle ? dlsym(Handle, "state") : 0;
  if (!Symbol)
    puts(dlerror());
  return (void *(*)(void))Symbol;
}

#ifdef LINKED
void *state(void);
#endif

int main(int argc, char **argv) {
  void *First = 0;
#ifdef LINKED
  First = state();
#endif
  for (int I = 1; I < argc; ++I) {
    void *(*State)(void) = of(argv[I]);
    if (!State)
      return 2;
    if (!First)
      First = State();
    puts(State() == First ? "same" : "own");
  }
  puts(First ? "done" : "none");
  return 0;
}
