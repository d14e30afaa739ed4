# saker_addon(name sources...): a Node-API addon build/Release/<name>.node.
# CMAKE_JS_INC is set by cmake-js and holds node-api-headers and node-addon-api.
function(saker_addon name)
  add_library(${name} SHARED ${ARGN} ${CMAKE_JS_SRC})
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".node")
  target_include_directories(${name} SYSTEM PRIVATE ${CMAKE_JS_INC})
  # Swallowing: when a worker thread is terminated, Node-API calls fail without a JavaScript exception to report;
  # node-addon-api would end the process over that.
  target_compile_definitions(${name} PRIVATE
    NAPI_VERSION=9 NAPI_DISABLE_CPP_EXCEPTIONS NODE_ADDON_API_DISABLE_DEPRECATED
    NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS)
  target_link_libraries(${name} PRIVATE saker_options ${CMAKE_JS_LIB})
  if(UNIX AND NOT APPLE)
    # Node unloads an addon with the last environment (worker thread) that loaded it; the threads of our
    # process-wide pool run in its code until the process ends.
    target_link_options(${name} PRIVATE -Wl,-z,nodelete)
  endif()
  if(APPLE)
    target_link_options(${name} PRIVATE -undefined dynamic_lookup)
  endif()
endfunction()
