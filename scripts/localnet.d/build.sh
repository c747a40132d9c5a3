# shellcheck shell=bash disable=SC2154
# Sourced by scripts/localnet: builds the node `wasmd` with one generation of the Wasm VM.
#
# Each generation is a Go module of its own (vm-*/go.mod and go.sum) that pins wasmd and everything below it. A plain
# `go install wasmd@version` cannot work: wasmd's own go.mod replaces modules, and replacements count in the main module only.

oldest_go=24

check_go() {
    has go || fail "Go is missing: install version 1.$oldest_go or newer (https://go.dev/dl; Debian from 13 on: apt-get install golang-go), then run this again"
    local version
    # Inside the module: from 1.21 on, Go may fetch the newer version that go.mod asks for.
    version=$(cd "$1" && go env GOVERSION 2>/dev/null) || version=$(cd / && go env GOVERSION)
    [[ "$version" =~ go1\.([0-9]+) ]] || fail "cannot read the version of $(command -v go): '$version'"
    [ "${BASH_REMATCH[1]}" -ge "$oldest_go" ] ||
        fail "Go 1.$oldest_go or newer is needed, and $(command -v go) is $version: install a newer one (https://go.dev/dl)"
}

check_c_compiler() {
    local compiler
    compiler=$(go env CC)
    has "${compiler%% *}" ||
        fail "a C compiler is missing (${compiler%% *}): the node calls the Wasm VM through C. Debian, Ubuntu: apt-get install build-essential"
}

# What the node is made of: when this changes, it is built again.
node_recipe() { cat "$1/go.mod" "$1/go.sum" "$localnet_files/build.sh" | sha256sum; }

# The linker's flags. `-checklinkname=0`: sonic, a JSON library below the SDK, reaches into Go's runtime.
# $ORIGIN: the VM's library lies beside the program, so that Go's module cache may be emptied.
linker_flags() {
    local version=github.com/cosmos/cosmos-sdk/version
    printf '%s' "-s -w -checklinkname=0 -extldflags '-Wl,-rpath,\$ORIGIN' -X $version.Name=wasm -X $version.AppName=wasmd -X $version.Version=$1"
}

# The VM's library for this machine, inside Go's module cache.
vm_library() {
    local path directory
    path=$(sed -n 's|^[[:space:]]*\(github.com/CosmWasm/wasmvm[^ ]*\) .*|\1|p' go.mod)
    directory=$(go list -mod=readonly -m -f '{{.Dir}}' "$path")
    printf '%s' "$directory/internal/api/libwasmvm.$(uname -m).so"
}

# clock_ahead OUTPUT: a copy of the consensus library whose clock runs as many seconds ahead as BALLAST_CLOCK_AHEAD says,
# and a go.mod that uses it: what waits for hours or days (a notice, a timelock) can then be tried in seconds. Blocks and
# votes ask this one function for the time. Go replaces no file of its module cache, so the module is copied whole.
clock_ahead() {
    local cometbft=github.com/cometbft/cometbft directory
    go mod download "$cometbft" || return 1
    directory=$(go list -mod=readonly -m -f '{{.Dir}}' "$cometbft") || return 1
    cp -r "$directory" "$1/cometbft" && chmod -R u+w "$1/cometbft" || return 1
    cat >"$1/cometbft/types/time/ahead.go" <<'END'
package time

import (
	"os"
	"strconv"
	"time"
)

var ahead = func() time.Duration {
	seconds, _ := strconv.ParseInt(os.Getenv("BALLAST_CLOCK_AHEAD"), 10, 64)
	return time.Duration(seconds) * time.Second
}()
END
    sed -i 's/Canonical(time\.Now())/Canonical(time.Now().Add(ahead))/' "$1/cometbft/types/time/time.go"
    grep -q 'Add(ahead)' "$1/cometbft/types/time/time.go" || fail "the clock of $cometbft is not where it was"
    cp go.mod "$1/go.mod" && cp go.sum "$1/go.sum" && go mod edit -replace "$cometbft=$1/cometbft" "$1/go.mod"
}

# compile_node MODULE OUTPUT: in a subshell. Joined by `&&`, because its caller asks how it ended, and there `set -e` sleeps.
compile_node() {
    local version
    version=$(wasmd_version "$1")
    export CGO_ENABLED=1 GOWORK=off
    cd "$1" &&
        clock_ahead "$2" &&
        go build -mod=readonly -modfile="$2/go.mod" -buildvcs=false -o "$2/wasmd" -ldflags "$(linker_flags "$version")" \
            github.com/CosmWasm/wasmd/cmd/wasmd &&
        install -m 644 "$(vm_library)" "$2/" &&
        rm -rf "$2/cometbft" "$2/go.mod" "$2/go.sum" &&
        HOME="$localnet_state/home" "$2/wasmd" version
}

# wasmd_version MODULE: the one that it pins.
wasmd_version() { sed -n 's|.*github.com/CosmWasm/wasmd v\([^ ]*\).*|\1|p' "$1/go.mod"; }

# announce_build MODULE LOG
announce_build() {
    printf 'There is no current node with VM %s. Building one, which happens once: wasmd %s and the Cosmos SDK below it, from their Go\n' "$vm" "$(wasmd_version "$1")"
    printf 'sources. On two cores this takes some minutes (longer where Go must download them), or one if Go has built them before.\n'
    printf 'Log: %s\n' "$2"
}

# Afterwards "$program" is there and current.
build_node() {
    local module="$localnet_files/vm-$vm" bin="$localnet_state/bin/vm-$vm" recipe
    recipe=$(node_recipe "$module")
    mkdir -p "$localnet_state/bin"
    exec 8>"$bin.lock"
    flock 8
    if [ "$(cat "$bin/built-from" 2>/dev/null)" != "$recipe" ]; then
        check_go "$module"
        check_c_compiler
        announce_build "$module" "${bin#"$repository/"}.log"
        local started=$SECONDS
        rm -rf "$bin.new"
        mkdir "$bin.new"
        if ! (compile_node "$module" "$bin.new") >"$bin.log" 2>&1 8>&- 9>&-; then
            tail -n 20 "$bin.log" >&2
            fail "Go could not build wasmd (all of its output: $bin.log)"
        fi
        printf '%s\n' "$recipe" >"$bin.new/built-from"
        rm -rf "$bin"
        mv "$bin.new" "$bin"
        printf 'built wasmd with VM %s in %d seconds\n' "$vm" $((SECONDS - started))
    fi
    exec 8>&-
}
