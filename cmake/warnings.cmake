# Warnings for our own code only, and errors for developers only: a user's
# newer compiler must not stop a build because it learnt a new warning.
add_library(ecr_version_warnings INTERFACE)
target_compile_options(
  ecr_version_warnings
  INTERFACE -Wall
            -Wextra
            -Wpedantic
            -Wshadow
            -Wconversion
            -Wsign-conversion
            -Wold-style-cast
            -Wnon-virtual-dtor
            -Woverloaded-virtual
            -Wimplicit-fallthrough
            # {.url = u} leaves the other members to their initialisers, and
            # g++ 12 warns of those that need none.
            -Wno-missing-field-initializers
            # g++ 12 imagines overlaps inside std::string and members of
            # a moved std::variant without a value when it optimises (GCC bug
            # 105651 and its like; g++ 14 does not).
            $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict;-Wno-maybe-uninitialized>)
