# The library for other projects:
#     cmake --install BUILD --component zero_shot --prefix PREFIX
#     find_package(zero_shot)  target_link_libraries(program PRIVATE gale::zero_shot)
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

add_library(zero_shot INTERFACE)
add_library(gale::zero_shot ALIAS zero_shot)
target_link_libraries(zero_shot INTERFACE zero_shot_openvino)
target_compile_features(zero_shot INTERFACE cxx_std_23)
target_include_directories(zero_shot INTERFACE
  $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/../../include>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/zero_shot)
# Not a part of a plain install of Gale, which ships programs.
set(as_component COMPONENT zero_shot EXCLUDE_FROM_ALL)
install(TARGETS zero_shot zero_shot_openvino zero_shot_classifier zero_shot_weights zero_shot_tokenizer zero_shot_tsv
  EXPORT zero_shot_targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} ${as_component})
install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/../../include/gale DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} ${as_component})
install(EXPORT zero_shot_targets NAMESPACE gale:: DESTINATION ${package_folder} ${as_component})
configure_package_config_file(${CMAKE_CURRENT_SOURCE_DIR}/zero_shot-config.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/zero_shot-config.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/zero_shot-config-version.cmake
  VERSION ${zero_shot_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/zero_shot-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/zero_shot-config-version.cmake DESTINATION ${package_folder} ${as_component})
