#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Usage: fetch.sh [PROJECT...]
# Upstream's archives of the projects in projects.sh (or of some), as Debian has
# them, unpacked into build/field/tree. apt gets a private list of sources; the
# machine's own is not changed. Builds need: make cmake autoconf automake libtool.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=${FIELD_BUILD:-$(cd "$here/../.." && pwd)/build/field}
all=$(sed -n '/^projects=(/,/^)/p' "$here/projects.sh" | tr ' ' '\n' | sed -n 's/^[a-z0-9]*:\([^ ]*\)$/\1/p')
[ $# -gt 0 ] && all=$*
# shellcheck source=/dev/null
codename=$(. /etc/os-release && echo "${VERSION_CODENAME-bookworm}")
apt=$work/apt
mkdir -p "$work/src" "$work/tree" "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/parts"
key="[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
echo "deb-src $key http://deb.debian.org/debian $codename main" >"$apt/parts/debian.list"
set -- -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$apt/parts" \
    -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt/cache"
[ "$(id -u)" = 0 ] && set -- "$@" -o APT::Sandbox::User=root
apt-get "$@" update
cd "$work/src"
for package in $all; do
    [ -d "$work/tree/$package" ] && continue
    apt-get "$@" source --download-only "$package" >/dev/null
    for archive in "$package"_*.orig.tar.*; do
        case $archive in *.asc) continue ;; esac
        mkdir -p "$work/tree/$package.new"
        tar -xf "$archive" -C "$work/tree/$package.new" --strip-components=1 --no-same-owner
        mv "$work/tree/$package.new" "$work/tree/$package"
        echo "$package: $archive"
    done
done
