# Finds LLVM 22 and offers it as the INTERFACE target crit_llvm (system
# headers, no RTTI when LLVM has none). Debian's version file only matches
# MAJOR.MINOR, so the major version is checked here.
if(NOT LLVM_DIR AND EXISTS /usr/lib/llvm-22/lib/cmake/llvm)
  set(LLVM_DIR /usr/lib/llvm-22/lib/cmake/llvm)
endif()
find_package(LLVM REQUIRED CONFIG)
if(NOT LLVM_VERSION_MAJOR EQUAL 22)
  message(FATAL_ERROR "Crit needs LLVM 22, found ${LLVM_PACKAGE_VERSION} in "
    "${LLVM_DIR}. Install clang-22 llvm-22-dev lld-22 (./crit build does) or "
    "pass -DLLVM_DIR=.../llvm-22/lib/cmake/llvm.")
endif()

add_library(crit_llvm INTERFACE)
target_include_directories(crit_llvm SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS})
separate_arguments(_crit_llvm_defs NATIVE_COMMAND "${LLVM_DEFINITIONS}")
target_compile_definitions(crit_llvm INTERFACE ${_crit_llvm_defs})
if(NOT LLVM_ENABLE_RTTI)
  target_compile_options(crit_llvm INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>)
endif()

# Tools link the shared libLLVM; the plugin takes it from its host (clang, lld).
add_library(crit_llvm_lib INTERFACE)
target_link_libraries(crit_llvm_lib INTERFACE crit_llvm LLVM)
target_link_directories(crit_llvm_lib INTERFACE ${LLVM_LIBRARY_DIRS})

set(CRIT_CLANG "${LLVM_TOOLS_BINARY_DIR}/clang")
set(CRIT_LLVM_BIN "${LLVM_TOOLS_BINARY_DIR}")
