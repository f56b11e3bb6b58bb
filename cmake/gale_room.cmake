# gale_room(<name> SOURCES … ROOMS … LIBRARIES … TESTS …)
# A room is one static library gale_<name>; ROOMS are the rooms it may include (docs: ARCHITECTURE.md),
# TESTS one executable gale_<name>_test.
set(GALE_WARNINGS -Wall -Wextra -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Werror=return-type
    -Werror=switch)

function(gale_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;ROOMS;LIBRARIES;TESTS;TEST_LIBRARIES" ${ARGN})
  list(TRANSFORM ROOM_ROOMS PREPEND gale_)
  add_library(gale_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(gale_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_compile_options(gale_${name} PRIVATE ${GALE_WARNINGS})
  target_link_libraries(gale_${name} PUBLIC ${ROOM_ROOMS} ${ROOM_LIBRARIES} Threads::Threads)
  if(GALE_TESTS AND ROOM_TESTS)
    add_executable(gale_${name}_test ${ROOM_TESTS})
    target_compile_options(gale_${name}_test PRIVATE ${GALE_WARNINGS})
    target_link_libraries(gale_${name}_test PRIVATE gale_${name} ${ROOM_TEST_LIBRARIES} GTest::gmock GTest::gtest_main)
    gtest_discover_tests(gale_${name}_test DISCOVERY_MODE PRE_TEST PROPERTIES LABELS "unit" TIMEOUT 120)
  endif()
endfunction()
