# crit_runtime_library(NAME sources...): lib/libNAME.a, an archive that the driver
# links into programs (RUNTIME in passes/Options.def). It has to work without
# libc, in any program and with any flags of it: nothing the compiler would call
# (-ffreestanding), no vector registers, which may hold the program's values,
# position independent, symbols hidden.
set(CRIT_RUNTIME_FLAGS -std=c17 -O2 -g0 -march=x86-64 -mtune=generic
  -mgeneral-regs-only -ffreestanding -fno-builtin -fPIC -fvisibility=hidden
  -fno-stack-protector -fcf-protection=full -fno-lto -fno-sanitize=all
  -ffunction-sections -fdata-sections -Wconversion -Wno-sign-conversion)
add_custom_target(crit_runtimes)
function(crit_runtime_library NAME)
  add_library(${NAME} STATIC ${ARGN})
  target_compile_options(${NAME} PRIVATE ${CRIT_RUNTIME_FLAGS})
  target_include_directories(${NAME} PRIVATE
    "${PROJECT_SOURCE_DIR}/runtime" "${PROJECT_SOURCE_DIR}/runtime/include")
  add_dependencies(crit_runtimes ${NAME})
  install(TARGETS ${NAME} ARCHIVE DESTINATION lib)
endfunction()
