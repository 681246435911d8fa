# Warnings for our own code; LLVM's headers are SYSTEM includes.
add_compile_options(-Wall -Wextra -Wno-unused-parameter)
option(CRIT_WERROR "Warnings are errors (CI)" OFF)
if(CRIT_WERROR)
  add_compile_options(-Werror)
endif()
