# embed_text(<target> <file> <symbol>): the file's text as a constant
# `extern const char <symbol>[]` of namespace ecr_version::app, so that a file
# which users also copy exists once.
function(embed_text target file symbol)
  file(READ ${PROJECT_SOURCE_DIR}/${file} EMBEDDED_TEXT)
  set(EMBEDDED_FILE ${file})
  set(EMBEDDED_SYMBOL ${symbol})
  set(output ${PROJECT_BINARY_DIR}/embedded/${symbol}.cpp)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/embedded.cpp.in ${output} @ONLY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
                                         ${PROJECT_SOURCE_DIR}/${file})
  target_sources(${target} PRIVATE ${output})
endfunction()
