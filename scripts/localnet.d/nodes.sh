# shellcheck shell=bash disable=SC2154
# Sourced by scripts/localnet: configures, starts, watches and stops the nodes of a network.

# How long a node may take to respond, and to see a new block.
patience_seconds=120

peer_port() { printf '%d' $((port + 10 * $1)); }
rpc_port() { printf '%d' $((port + 10 * $1 + 1)); }
grpc_port() { printf '%d' $((port + 10 * $1 + 2)); }
rest_port() { printf '%d' $((port + 10 * $1 + 3)); }

# The command line of node K, which distinguishes it from another process that reuses its process id.
node_command() { printf '%s --home %s start' "$program" "$network/node$1"; }

# node_pid K: prints the process id of node K if it runs.
node_pid() {
    local pid
    pid=$(cat "$network/node$1.pid" 2>/dev/null) || return 1
    [ "$(ps -ww -o args= -p "$pid" 2>/dev/null)" = "$(node_command "$1")" ] || return 1
    printf '%s' "$pid"
}

running_nodes() {
    local k count=0
    for ((k = 0; k < validators; k++)); do
        if node_pid "$k" >/dev/null; then
            count=$((count + 1))
        fi
    done
    printf '%d' "$count"
}

# Whether anything listens on a port; bash itself connects.
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Retries for some seconds: a node that was just killed frees its ports a moment later.
is_taken() {
    local deadline=$((SECONDS + 3))
    while listens "$1"; do
        [ "$SECONDS" -lt "$deadline" ] || return 0
        sleep 0.2
    done
    return 1
}

check_ports_of_node() {
    local kind number
    for kind in peer rpc grpc rest; do
        number=$("${kind}_port" "$1")
        if is_taken "$number"; then
            fail "port $number ($kind of node $1) is taken by another program: choose another, such as LOCALNET_PORT=$((number > 30000 ? 20000 : number + 1000)) scripts/localnet up"
        fi
    done
}

check_ports() {
    local k
    for ((k = 0; k < validators; k++)); do
        check_ports_of_node "$k"
    done
}

# set_toml FILE SECTION KEY VALUE: the key must exist; the section '' is the part before the first section.
set_toml() {
    awk -v section="$2" -v key="$3" -v value="$4" '
        /^\[/ { at = substr($1, 2, length($1) - 2) }
        at == section && $1 == key && $2 == "=" && !done { print key " = " value; done = 1; next }
        { print }
        END { exit !done }
    ' "$1" >"$1.new" || fail "$1: no $3 in section [$2]"
    mv "$1.new" "$1"
}

# The other nodes in CometBFT's format: ID@HOST:PORT,...
peers_of() {
    local k peers=()
    for ((k = 0; k < validators; k++)); do
        if [ "$k" -ne "$1" ]; then
            peers+=("$(cat "$network/node$k.id")@127.0.0.1:$(peer_port "$k")")
        fi
    done
    local IFS=,
    printf '%s' "${peers[*]-}"
}

# Run before every start, because the ports may have changed.
configure_node() {
    local config="$network/node$1/config/config.toml" app="$network/node$1/config/app.toml"
    set_toml "$config" rpc laddr "\"tcp://127.0.0.1:$(rpc_port "$1")\""
    # Pages of any origin may ask: nobody else's machine reaches this node.
    set_toml "$config" rpc cors_allowed_origins '["*"]'
    set_toml "$config" rpc pprof_laddr '""'
    set_toml "$config" p2p laddr "\"tcp://127.0.0.1:$(peer_port "$1")\""
    set_toml "$config" p2p persistent_peers "\"$(peers_of "$1")\""
    set_toml "$config" p2p persistent_peers_max_dial_period '"1s"'
    # All nodes share one address, which is not routable.
    set_toml "$config" p2p allow_duplicate_ip true
    set_toml "$config" p2p addr_book_strict false
    set_toml "$config" consensus timeout_commit '"450ms"'
    # Nodes wait this long only if the proposer is silent; long enough for a busy machine.
    set_toml "$config" consensus timeout_propose '"1s"'
    set_toml "$app" '' minimum-gas-prices '"0.025ucosm"'
    set_toml "$app" api enable true
    set_toml "$app" api address "\"tcp://127.0.0.1:$(rest_port "$1")\""
    set_toml "$app" api enabled-unsafe-cors true
    set_toml "$app" grpc address "\"127.0.0.1:$(grpc_port "$1")\""
    set_toml "$app" grpc-web enable false
    # The limit of public chains, in every generation.
    set_toml "$app" wasm query_gas_limit 3000000
}

# With this the client finds the chain and its keys without flags.
configure_client() {
    mkdir -p "$network/.wasmd/config"
    cat >"$network/.wasmd/config/client.toml" <<END
chain-id = "$chain_id"
keyring-backend = "test"
output = "json"
node = "tcp://127.0.0.1:$(rpc_port 0)"
broadcast-mode = "sync"
END
}

# trace_node K: lets node 0 trace its stores if requested. Set by environment variable (the SDK reads every flag of
# `start` from there too), so that the command line, by which node_pid recognises a node, does not change.
trace_node() {
    unset WASMD_TRACE_STORE
    if [ -n "${LOCALNET_TRACE-}" ] && [ "$1" -eq 0 ]; then
        export WASMD_TRACE_STORE="$network/node0.trace"
    fi
}

# In its own session, so that an interrupt of this script does not reach it.
start_node() {
    if node_pid "$1" >/dev/null; then
        printf 'node %d runs already\n' "$1"
        return
    fi
    check_ports_of_node "$1"
    configure_node "$1"
    trace_node "$1"
    HOME="$localnet_state/home" BALLAST_CLOCK_AHEAD=$ahead setsid "$program" --home "$network/node$1" start </dev/null >>"$network/node$1.log" 2>&1 9>&- &
    printf '%d\n' "$!" >"$network/node$1.pid"
    # Wait until the shell has become the node.
    local deadline=$((SECONDS + 5))
    until node_pid "$1" >/dev/null || [ "$SECONDS" -gt "$deadline" ]; do
        sleep 0.05
    done
}

# Whether the process is gone, or a zombie that its parent has not reaped. While a process dies, its command line
# disappears before its threads do, and they hold its ports and its database.
has_ended() {
    local state threads
    read -r state threads < <(ps -o stat=,nlwp= -p "$1") || return 0
    [[ "$state" == Z* ]] && [ "$threads" -le 1 ]
}

# await_end PROCESS SECONDS
await_end() {
    local deadline=$((SECONDS + $2))
    until has_ended "$1"; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.1
    done
}

kill_node() {
    local pid
    pid=$(node_pid "$1") || fail "node $1 does not run"
    kill -KILL "$pid"
    await_end "$pid" 10 || fail "node $1 (process $pid) survived SIGKILL"
    printf 'node %d was killed; scripts/localnet start-node %d restarts it\n' "$1" "$1"
}

# Stops all nodes at once; kills those that take too long.
stop_nodes() {
    local k pid pids=()
    for ((k = 0; k < validators; k++)); do
        if pid=$(node_pid "$k"); then
            kill -TERM "$pid"
            pids+=("$pid")
        fi
    done
    for pid in ${pids[@]+"${pids[@]}"}; do
        if ! await_end "$pid" 30; then
            printf 'process %d did not end in 30 seconds: killing it\n' "$pid" >&2
            kill -KILL "$pid"
            await_end "$pid" 10 || fail "process $pid survived SIGKILL"
        fi
    done
    rm -f "$network"/node*.pid
}

node_status() { curl --silent --fail --max-time 3 --noproxy '*' "http://127.0.0.1:$(rpc_port "$1")/status"; }

# node_height K: prints the height of node K's newest block, if it responds.
node_height() { node_status "$1" | jq -er '.result.sync_info.latest_block_height'; }

highest_height() {
    local k height highest=0
    for ((k = 0; k < validators; k++)); do
        if node_pid "$k" >/dev/null && height=$(node_height "$k" 2>/dev/null) && [ "$height" -gt "$highest" ]; then
            highest=$height
        fi
    done
    printf '%d' "$highest"
}

# Waits until node K has a block that no node had when it first responded: then it has caught up, and the chain is
# running.
await_block() {
    local deadline=$((SECONDS + patience_seconds)) awaited='' height=''
    while [ "$SECONDS" -lt "$deadline" ]; do
        if ! node_pid "$1" >/dev/null; then
            tail -n 20 "$network/node$1.log" >&2
            fail "node $1 ended (its log: $network/node$1.log)"
        fi
        if height=$(node_height "$1" 2>/dev/null); then
            awaited=${awaited:-$(($(highest_height) + 1))}
            if [ "$height" -ge "$awaited" ]; then
                printf 'node %d is at height %d\n' "$1" "$height"
                return
            fi
        fi
        sleep 0.1
    done
    [ -n "$height" ] || fail "node $1 did not respond in $patience_seconds seconds (its log: $network/node$1.log)"
    fail "node $1 is at height $height and still waiting for $awaited after $patience_seconds seconds: are more than two thirds of the validators running?"
}

start_missing_nodes() {
    local k
    configure_client
    for ((k = 0; k < validators; k++)); do
        node_pid "$k" >/dev/null || check_ports_of_node "$k"
    done
    for ((k = 0; k < validators; k++)); do
        node_pid "$k" >/dev/null || start_node "$k"
    done
    for ((k = 0; k < validators; k++)); do
        await_block "$k"
    done
}

show_node() {
    local pid status
    if ! pid=$(node_pid "$1"); then
        printf 'node %d does not run\n' "$1"
        return 1
    fi
    if ! status=$(node_status "$1"); then
        printf 'node %d runs (process %d) but does not respond\n' "$1" "$pid"
        return 1
    fi
    printf 'node %d runs (process %d)\n' "$1" "$pid"
    jq -r '.result.sync_info | "  height    \(.latest_block_height) of \(.latest_block_time[:19])Z, app hash \(.latest_app_hash)"' <<<"$status"
    printf '  RPC       http://127.0.0.1:%s\n' "$(rpc_port "$1")"
    printf '  gRPC      127.0.0.1:%s\n' "$(grpc_port "$1")"
    printf '  REST      http://127.0.0.1:%s\n' "$(rest_port "$1")"
    printf '  peers     127.0.0.1:%s\n' "$(peer_port "$1")"
}

# Fails unless every node runs and responds.
show_status() {
    local k all=0
    printf "network '%s': chain %s, VM %s, %d validator(s), gas price 0.025ucosm, data in %s\n" \
        "$name" "$chain_id" "$vm" "$validators" "${network#"$repository/"}"
    for ((k = 0; k < validators; k++)); do
        show_node "$k" || all=1
    done
    return "$all"
}
