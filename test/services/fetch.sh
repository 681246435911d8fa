#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Usage: fetch.sh [--update] [--vulnerable]
# Gets memcached and Redis as Debian source packages, unpacked and patched, into
# .cache/services/{memcached,redis}, and installs what their builds and test
# suites need. Later runs need no network; --update asks Debian again.
# --vulnerable: also both with known holes, for attack.sh: redis-unpatched is
# upstream's tarball without a patch, memcached-reopened has a fix undone.
#
# apt gets a private list of sources, so the machine's own configuration is not
# changed and only installing packages needs root.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"

packages="ca-certificates patch xz-utils make perl tcl procps libevent-dev"
update=0 vulnerable=0
for option in "$@"; do
    case $option in
        --update) update=1 ;;
        --vulnerable) vulnerable=1 ;;
        *) die "usage: fetch.sh [--update] [--vulnerable]" ;;
    esac
done

# Debian patches that are about Debian's packaging, by service. Redis: these
# make the tree for a system jemalloc that replaces malloc (the bundled one has
# its own prefix and then does not compile, or frees libc's memory), and change
# paths in redis.conf. All security patches are applied.
skip_memcached=
skip_redis='debian-packaging/* *USE_SYSTEM_JEMALLOC* *get_current_dir_name*'

# deb-src entries for the Debian archives this machine already uses (its mirror
# included); the public ones when it names none.
source_entries() {
    # shellcheck source=/dev/null
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
    : "${codename:=bookworm}"
    cat /etc/apt/sources.list.d/*.sources 2>/dev/null |
        awk -v RS= -v c="$codename" '
            /(^|\n)Types:[^\n]*deb/ && $0 ~ "\nSuites:[^\n]*" c &&
            /\nURIs:[^\n]*debian/ && /\nComponents:[^\n]*main/ {
                gsub(/(^|\n)Types:[^\n]*/, "\nTypes: deb-src"); print; print "" }' \
            >"$1/debian.sources"
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
        awk -v c="$codename" '
            $1 == "deb" && $0 ~ " " c && / main/ && /debian/ { $1 = "deb-src"; print }' \
            >"$1/debian.list"
    grep -q . "$1/debian.sources" || rm -f "$1/debian.sources"
    grep -q . "$1/debian.list" || rm -f "$1/debian.list"
    [ -n "$(ls "$1")" ] && return
    key="[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
    {   echo "deb-src $key http://deb.debian.org/debian $codename main"
        echo "deb-src $key http://deb.debian.org/debian-security $codename-security main"
    } >"$1/debian.list"
}

download() {
    apt=$cache/apt
    rm -rf "$apt"
    rm -rf "$cache/debian.new"
    mkdir -p "$apt/parts" "$apt/lists/partial" "$apt/cache/archives/partial" "$cache/debian.new"
    source_entries "$apt/parts"
    set -- -q -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$apt/parts" \
        -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=
    [ "$(id -u)" = 0 ] && set -- "$@" -o APT::Sandbox::User=root
    say "fetching Debian sources of memcached and Redis"
    if ! { apt-get "$@" -o APT::Update::Error-Mode=any update &&
           cd "$cache/debian.new" &&
           apt-get "$@" source --download-only memcached redis
         } >"$cache/fetch.log" 2>&1; then
        tail -n 12 "$cache/fetch.log" >&2
        die "cannot fetch the sources (network?); when it is back run: $here/fetch.sh"
    fi
    cd "$here"
    rm -rf "$apt" "$cache/debian"
    mv "$cache/debian.new" "$cache/debian"
}

skipped() {  # skipped PATCH PATTERN...
    name=$1; shift
    for pattern in "$@"; do
        # shellcheck disable=SC2254
        case $name in $pattern) return 0 ;; esac
    done
    return 1
}

unpack() {  # unpack NAME SKIP
    dsc=$(ls "$cache/debian/$1"_*.dsc)
    version=$(sed -n 's/^Version: //p' "$dsc" | head -n 1)
    stamp="$version skip: $2"
    if [ "$(cat "$cache/$1/.crit-source" 2>/dev/null)" = "$stamp" ]; then return; fi
    rm -rf "${cache:?}/$1" "$cache/$1.new"
    mkdir -p "$cache/$1.new"
    tar -xf "$(ls "$cache/debian/$1"_*.orig.tar.*[!c])" -C "$cache/$1.new" --strip-components=1 --no-same-owner
    tar -xf "$(ls "$cache/debian/$1"_*.debian.tar.*)" -C "$cache/$1.new" --no-same-owner
    n=0
    set -f
    while read -r p _; do
        case $p in ''|'#'*) continue ;; esac
        # shellcheck disable=SC2086
        if skipped "$p" $2; then continue; fi
        patch -s -p1 --no-backup-if-mismatch -d "$cache/$1.new" \
            <"$cache/$1.new/debian/patches/$p" || die "$1: Debian's patch $p does not apply"
        n=$((n + 1))
    done <"$cache/$1.new/debian/patches/series"
    set +f
    echo "$stamp" >"$cache/$1.new/.crit-source"
    mv "$cache/$1.new" "$cache/$1"
    say "$1 $version: unpacked, $n of Debian's patches applied"
}

# Sources with holes: the same version as above, from the same archives.
reopen() {
    stamp="$(cat "$cache/redis/.crit-source") unpatched"
    if [ "$(cat "$cache/redis-unpatched/.crit-source" 2>/dev/null)" != "$stamp" ]; then
        rm -rf "$cache/redis-unpatched"
        mkdir -p "$cache/redis-unpatched"
        tar -xf "$(ls "$cache"/debian/redis_*.orig.tar.*[!c])" -C "$cache/redis-unpatched" \
            --strip-components=1 --no-same-owner
        echo "$stamp" >"$cache/redis-unpatched/.crit-source"
    fi
    hole=$here/attacks/memcached-CVE-2011-4971.patch
    stamp="$(cat "$cache/memcached/.crit-source") $(cksum <"$hole")"
    if [ "$(cat "$cache/memcached-reopened/.crit-source" 2>/dev/null)" != "$stamp" ]; then
        rm -rf "$cache/memcached-reopened"
        cp -a "$cache/memcached" "$cache/memcached-reopened"
        patch -s -p1 --no-backup-if-mismatch -d "$cache/memcached-reopened" <"$hole" ||
            die "memcached: the fix of CVE-2011-4971 cannot be undone in this version"
        echo "$stamp" >"$cache/memcached-reopened/.crit-source"
    fi
}

# shellcheck disable=SC2086
need_packages $packages
mkdir -p "$cache"
if [ $update = 1 ] || ! ls "$cache"/debian/memcached_*.dsc "$cache"/debian/redis_*.dsc >/dev/null 2>&1; then
    download
fi
unpack memcached "$skip_memcached"
unpack redis "$skip_redis"
[ $vulnerable = 0 ] || reopen
