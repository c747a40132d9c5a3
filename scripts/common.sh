# shellcheck shell=bash
# Sourced by the other scripts: the repository's path, output, and installing missing tools.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export repository

# Where cargo puts what it builds.
# shellcheck disable=SC2034 # used by who sources this
target=$(realpath -m "${CARGO_TARGET_DIR:-$repository/target}")

heading() { printf '\n== %s ==\n' "$*"; }

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif has sudo; then
        sudo "$@"
    else
        fail "installing packages needs root: run this as root, or install sudo: $*"
    fi
}

# install_packages PACKAGE...: with apt-get; elsewhere fails and says what to install.
install_packages() {
    has apt-get || fail "please install these packages (by their Debian names), then run this again: $*"
    printf 'installing %s\n' "$*"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

# need COMMAND PACKAGE: installs the package unless the command exists.
need() {
    has "$1" || install_packages "$2"
    has "$1" || fail "$1 is missing although the package $2 is installed"
}

need_cargo() {
    has cargo || fail "Rust is missing: install it with rustup, toolchain stable (see https://rustup.rs), then run this again"
}

# need_component NAME COMMAND: installs rustfmt or clippy for cargo.
need_component() {
    if cargo "$2" --version >/dev/null 2>&1; then
        return
    fi
    has rustup || fail "cargo $2 is missing, and there is no rustup to add the component $1: install it, then run this again"
    rustup component add "$1" || fail "rustup could not add the component $1"
}

# linted COMMAND...: what its cargo compiles of the workspace is linted on the way, and a warning is an error. `cargo clippy`
# would compile all dependencies once more; this is what it does to the compiler, and CLIPPY_ARGS is how it hands on `-D warnings`.
# In a folder of its own: contracts have file names without a hash, and those of a plain `cargo test` must not be mixed with these.
linted() {
    RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__ CARGO_TARGET_DIR="$target/linted" "$@"
}

# Options for contracts. Functions that are called once are inlined only if small: chains refuse a function with more
# than 100 locals.
# shellcheck disable=SC2034 # used by scripts that source this
wasm_opt=(-Oz --converge --one-caller-inline-max-function-size=100 --mvp-features)
