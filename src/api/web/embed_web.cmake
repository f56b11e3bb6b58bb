# The page's files, made by `npm run build` in web/, become part of the binary. Re-run when a file changes or comes.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(web_dist ${CMAKE_SOURCE_DIR}/web/dist)
file(GLOB_RECURSE web_files CONFIGURE_DEPENDS ${web_dist}/*)
if(NOT EXISTS ${web_dist}/index.html)
  message(WARNING "web/dist is not there: the binary will have a page that says so. `./dev build` makes it, "
                  "as does `npm ci && npm run build` in web/.")
endif()
set(embedded_web ${CMAKE_CURRENT_BINARY_DIR}/embedded_web.cpp)
add_custom_command(
  OUTPUT ${embedded_web}
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/web/embed_web.py ${web_dist} ${embedded_web}
  DEPENDS ${web_files} ${CMAKE_CURRENT_SOURCE_DIR}/web/embed_web.py
  COMMENT "Embedding web/dist"
  VERBATIM)
