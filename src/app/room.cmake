# Configuration and apps.
room(app
  SOURCES
    apps.cpp
    build_inputs.cpp
    config.cpp
    config_app.cpp
    config_reader.cpp
    config_values.cpp
    dependencies.cpp
    discovery.cpp
    init.cpp
    init_templates.cpp
    init_workspaces.cpp
    repository_name.cpp
    tree.cpp
    yaml.cpp
    yaml_source.cpp
  TESTS

)

# What ties the rooms together.
room(app SOURCES TESTS)
