# Compiles for the Debian architecture of $TRIPLET (the Dockerfile sets it):
# the native one or another, by the same compiler names. Debian keeps each
# architecture's libraries under /usr/lib/<triplet>, so no sysroot is needed.
set(CMAKE_SYSTEM_NAME Linux)
string(REGEX REPLACE "-.*" "" CMAKE_SYSTEM_PROCESSOR "$ENV{TRIPLET}")
set(CMAKE_C_COMPILER $ENV{TRIPLET}-gcc)
set(CMAKE_CXX_COMPILER $ENV{TRIPLET}-g++)
set(CMAKE_LIBRARY_ARCHITECTURE $ENV{TRIPLET})
set(ENV{PKG_CONFIG_LIBDIR}
    /opt/libraries/lib/pkgconfig:/usr/lib/$ENV{TRIPLET}/pkgconfig:/usr/share/pkgconfig)
