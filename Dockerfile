# The action's image: one static program, the certificate authorities, nothing
# else. Read by GitHub's runner, by act and by scripts/release.sh alike, so the
# classic builder's syntax only: no RUN --mount, no heredoc, no COPY --chmod.
#
# Three stages, slowest to change first: tools and libraries (rebuilt when this
# file changes), the program (when a source changes), the image. curl and
# libgit2 are compiled from Debian's source packages, because Debian's static
# archives of them need a dozen libraries that this program never uses;
# ARCHITECTURE.md has the sizes of the alternatives.

FROM debian:trixie-slim AS libraries
# Debian's name of the architecture to build for; empty is the builder's own.
ARG ARCH=
# A mirror between two updates can lack the newest source package. "preferred"
# then takes the one before; a release build says "required" and stops.
ARG NEWEST_SOURCE=preferred
ENV DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
RUN set -eu; \
    native=$(dpkg --print-architecture); arch=${ARCH:-$native}; \
    [ "$arch" = "$native" ] || dpkg --add-architecture "$arch"; \
    if [ -f /etc/apt/sources.list.d/debian.sources ]; then \
      sed -i 's/^Types: deb$/Types: deb deb-src/' /etc/apt/sources.list.d/debian.sources; \
    else \
      sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >/etc/apt/sources.list.d/source.list; \
    fi; \
    echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/unsafe-io; \
    apt-get update -qq; \
    apt-get install -y -qq --no-install-recommends dpkg-dev >/dev/null; \
    triplet=$(dpkg-architecture -a"$arch" -qDEB_HOST_MULTIARCH); echo "$triplet" >/etc/triplet; \
    apt-get install -y -qq --no-install-recommends \
      ca-certificates cmake ninja-build patch pkgconf xz-utils g++ "g++-$(echo "$triplet" | tr _ -)" \
      libssl-dev:"$arch" zlib1g-dev:"$arch" libzstd-dev:"$arch" libllhttp-dev:"$arch" \
      libyaml-cpp-dev:"$arch" libpugixml-dev:"$arch" \
      libcli11-dev rapidjson-dev >/dev/null
WORKDIR /build
# Every object is hardened and says nothing about where it was built.
ENV HARDENING="-O2 -ffunction-sections -fdata-sections -fPIE -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=3 -ffile-prefix-map=/build=. -w"
COPY cmake/image/toolchain.cmake /build/
# curl: HTTP, HTTPS and proxies, over OpenSSL and zlib.
RUN set -eu; export TRIPLET=$(cat /etc/triplet); mkdir curl; cd curl; \
    for version in $(apt-cache showsrc curl | sed -n 's/^Version: //p' | sort -rV); do \
      ! apt-get source -qq "curl=$version" || break; \
      [ "$NEWEST_SOURCE" = preferred ] || exit 1; \
      echo "the mirror lacks curl $version: taking the one before" >&2; \
    done; \
    echo "curl $(dpkg-parsechangelog -l curl-*/debian/changelog -S Version)" >>/opt/components; \
    cmake -G Ninja -S curl-*/ -B out --toolchain /build/toolchain.cmake \
      -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS="$HARDENING" -DCMAKE_INSTALL_PREFIX=/opt/libraries -DCMAKE_INSTALL_LIBDIR=lib \
      -DBUILD_SHARED_LIBS=OFF -DBUILD_STATIC_LIBS=ON -DBUILD_CURL_EXE=OFF -DBUILD_TESTING=OFF -DBUILD_LIBCURL_DOCS=OFF -DBUILD_MISC_DOCS=OFF -DENABLE_CURL_MANUAL=OFF \
      -DHTTP_ONLY=ON -DCURL_USE_OPENSSL=ON -DOPENSSL_USE_STATIC_LIBS=ON -DCURL_ZLIB=ON -DENABLE_THREADED_RESOLVER=ON \
      -DCURL_BROTLI=OFF -DCURL_ZSTD=OFF -DUSE_NGHTTP2=OFF -DUSE_LIBIDN2=OFF -DCURL_USE_LIBPSL=OFF -DCURL_USE_LIBSSH2=OFF \
      -DCURL_DISABLE_ALTSVC=ON -DCURL_DISABLE_AWS=ON -DCURL_DISABLE_COOKIES=ON -DCURL_DISABLE_DOH=ON -DCURL_DISABLE_HSTS=ON \
      -DCURL_DISABLE_IPFS=ON -DCURL_DISABLE_KERBEROS_AUTH=ON -DCURL_DISABLE_NEGOTIATE_AUTH=ON -DCURL_DISABLE_NTLM=ON \
      -DCURL_DISABLE_FORM_API=ON -DCURL_DISABLE_MIME=ON -DCURL_DISABLE_NETRC=ON -DCURL_DISABLE_SRP=ON -DCURL_DISABLE_WEBSOCKETS=ON -DENABLE_UNIX_SOCKETS=OFF \
      -DCURL_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt -DCURL_CA_PATH=none >/dev/null; \
    ninja -C out install >/dev/null; cd ..; rm -rf curl
# libgit2: objects, trees and packs of a repository on disk; no network at all.
# It indexes a pack with a cache of 16 MiB and offers no option: half of all the
# memory that this program may take.
RUN set -eu; export TRIPLET=$(cat /etc/triplet); mkdir libgit2; cd libgit2; \
    apt-get source -qq libgit2; \
    echo "libgit2 $(dpkg-parsechangelog -l libgit2-*/debian/changelog -S Version)" >>/opt/components; \
    grep -q 'GIT_PACK_CACHE_MEMORY_LIMIT 16 ' libgit2-*/src/libgit2/pack.h; \
    sed -i 's/GIT_PACK_CACHE_MEMORY_LIMIT 16 /GIT_PACK_CACHE_MEMORY_LIMIT 4 /' libgit2-*/src/libgit2/pack.h; \
    cmake -G Ninja -S libgit2-*/ -B out --toolchain /build/toolchain.cmake \
      -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS="$HARDENING" -DCMAKE_INSTALL_PREFIX=/opt/libraries -DCMAKE_INSTALL_LIBDIR=lib \
      -DBUILD_SHARED_LIBS=OFF -DBUILD_TESTS=OFF -DBUILD_CLI=OFF -DUSE_SSH=OFF -DUSE_HTTPS=OFF -DUSE_NTLMCLIENT=OFF -DUSE_GSSAPI=OFF \
      -DUSE_HTTP_PARSER=llhttp -DREGEX_BACKEND=regcomp -DUSE_BUNDLED_ZLIB=OFF -DUSE_SHA1=CollisionDetection -DUSE_SHA256=Builtin >/dev/null; \
    ninja -C out install >/dev/null; cd ..; rm -rf libgit2
# fmt: Debian has it shared or as headers alone, and headers alone would double
# the time that the program takes to compile.
RUN set -eu; export TRIPLET=$(cat /etc/triplet); mkdir fmt; cd fmt; \
    apt-get source -qq fmtlib; \
    echo "fmtlib $(dpkg-parsechangelog -l fmtlib-*/debian/changelog -S Version)" >>/opt/components; \
    cmake -G Ninja -S fmtlib-*/ -B out --toolchain /build/toolchain.cmake \
      -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_FLAGS="$HARDENING" -DCMAKE_INSTALL_PREFIX=/opt/libraries -DCMAKE_INSTALL_LIBDIR=lib \
      -DBUILD_SHARED_LIBS=OFF -DFMT_TEST=OFF -DFMT_DOC=OFF >/dev/null; \
    ninja -C out install >/dev/null; cd ..; rm -rf fmt

FROM libraries AS program
COPY CMakeLists.txt /build/source/
COPY cmake /build/source/cmake
COPY scripts/ecr-deploy.sh /build/source/scripts/
COPY examples/affected-apps.yml /build/source/examples/
COPY src /build/source/src
RUN set -eu; export TRIPLET=$(cat /etc/triplet); \
    cmake -G Ninja -S source -B out --toolchain /build/toolchain.cmake -DCMAKE_BUILD_TYPE=Release \
      -DBUILD_TESTING=OFF -DECR_VERSION_STATIC=ON -DCMAKE_PREFIX_PATH=/opt/libraries; \
    ninja -C out ecr-version; \
    mkdir -p image/usr/bin image/etc/ssl/certs image/tmp; chmod 1777 image/tmp; \
    "$TRIPLET-strip" -o image/usr/bin/ecr-version out/ecr-version; \
    cp /etc/ssl/certs/ca-certificates.crt image/etc/ssl/certs/; \
    echo 'hosts: files dns' >image/etc/nsswitch.conf; \
    find image -exec touch -d @0 {} +; \
    { cat /opt/components; dpkg-query -W -f '${source:Package} ${source:Version}\n' \
        libssl-dev zlib1g-dev libzstd-dev libllhttp-dev libyaml-cpp-dev libpugixml-dev \
        libcli11-dev rapidjson-dev libc6-dev "libstdc++-*-dev" ca-certificates | grep -v '^ '; } | sort -u >components
# What a stripped binary cannot tell: that its objects guard their stacks and
# check their buffers. (glibc brings the messages of both into any program.)
RUN set -eu; calls() { "$(cat /etc/triplet)-nm" -u "$2" 2>/dev/null | grep -q "$1"; }; \
    for archive in out/*.a /opt/libraries/lib/*.a; do calls __stack_chk_fail "$archive"; done; \
    for name in out/libecr_version_lib /opt/libraries/lib/libcurl /opt/libraries/lib/libgit2; do calls _chk$ "$name.a"; done

FROM scratch
COPY --from=program /build/image /
# Root, because the runner's file-command files belong to uid 1001 with mode
# 0644; absolute, because the runner passes the job's PATH into the container.
ENTRYPOINT ["/usr/bin/ecr-version"]
CMD ["action"]
