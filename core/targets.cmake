# SPDX-License-Identifier: Apache-2.0
# How targets are made here: one library a folder, one test program a folder.

add_library(ew_flags INTERFACE)
target_compile_options(ew_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Werror
  -ffp-contract=off)  # the same bytes on every machine, whatever fused instructions it has
target_include_directories(ew_flags INTERFACE ${CMAKE_SOURCE_DIR})
if(EDGEWRIGHT_SANITIZE)
  # Instrumented code makes GCC 12 see uninitialized optionals that are not.
  target_compile_options(ew_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
    -Wno-maybe-uninitialized)
  target_link_options(ew_flags INTERFACE -fsanitize=address,undefined)
endif()

if(EDGEWRIGHT_FUZZ)
  target_compile_options(ew_flags INTERFACE -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
    -Wno-error)
  target_link_options(ew_flags INTERFACE -fsanitize=address,undefined)
endif()

# ew_library(NAME SOURCES a.cpp ... DEPS other ... LINK external ...)
# DEPS are our own folders (the target may include their headers), LINK are libraries of the system.
function(ew_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LINK" ${ARGN})
  list(TRANSFORM ARG_DEPS PREPEND ew_)
  if(ARG_SOURCES)
    add_library(ew_${name} STATIC ${ARG_SOURCES})
    target_link_libraries(ew_${name} PUBLIC ew_flags ${ARG_DEPS} PRIVATE ${ARG_LINK})
  else()
    add_library(ew_${name} INTERFACE)
    target_link_libraries(ew_${name} INTERFACE ew_flags ${ARG_DEPS} ${ARG_LINK})
  endif()
endfunction()

# ew_test(NAME SOURCES a_test.cpp ... DEPS folder ... LINK external ...): a GoogleTest program tests_NAME
function(ew_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LINK" ${ARGN})
  list(TRANSFORM ARG_DEPS PREPEND ew_)
  add_executable(tests_${name} ${ARG_SOURCES})
  target_link_libraries(tests_${name} PRIVATE ew_flags ${ARG_DEPS} ${ARG_LINK} GTest::gtest GTest::gtest_main)
  target_compile_definitions(tests_${name} PRIVATE EW_SOURCE_DIR="${CMAKE_SOURCE_DIR}" EW_BINARY_DIR="${CMAKE_BINARY_DIR}")
  gtest_discover_tests(tests_${name} TEST_PREFIX "${name}/" DISCOVERY_MODE PRE_TEST
    PROPERTIES TIMEOUT 600 ENVIRONMENT "QT_QPA_PLATFORM=offscreen;OMP_WAIT_POLICY=passive")
endfunction()
