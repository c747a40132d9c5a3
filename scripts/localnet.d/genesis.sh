# shellcheck shell=bash disable=SC2154
# Sourced by scripts/localnet: creates a chain: node directories, keys, funded accounts, one genesis file for all.

# Initial coins of each account in the file `accounts`: a million ATOM and as many staked ones, a billion dollars, a
# million for gas.
account_coins=1000000000000uatom,1000000000000ucosm,1000000000000ustatom,1000000000000000uusdc
# Initial coins and stake of each validator: all have the same voting power.
validator_coins=1000000000000ustake
validator_stake=250000000ustake

# Lines `NAME ADDRESS MNEMONIC`.
accounts() { grep -v '^ *\(#\|$\)' "$localnet_files/accounts"; }

# quietly COMMAND...: shows its output only if it fails.
quietly() {
    local said
    said=$("$@" 2>&1) || fail "$* failed: $said"
}

# Regardless of --home, wasmd also reads or creates a client configuration in $HOME.
wasmd() { HOME="$localnet_state/home" "$program" "$@"; }

# The keys of all accounts are stored unencrypted: everybody knows them anyway.
in_the_open=(--keyring-backend test)

import_keys() {
    local account address mnemonic
    while read -r account address mnemonic; do
        quietly wasmd --home "$1/.wasmd" keys add "$account" --recover "${in_the_open[@]}" <<<"$mnemonic"
    done < <(accounts)
}

# The SDK's `stake` is called `ustake` here, so that it cannot be mistaken for a coin of the vault.
rename_stake() {
    jq '(.. | strings | select(. == "stake")) |= "ustake"' "$1" >"$1.new"
    mv "$1.new" "$1"
}

fund_accounts() {
    local home="$1/node0" account address mnemonic k
    while read -r account address mnemonic; do
        quietly wasmd --home "$home" genesis add-genesis-account "$address" "$account_coins" </dev/null
    done < <(accounts)
    for ((k = 0; k < validators; k++)); do
        quietly wasmd --home "$home" genesis add-genesis-account "$(validator_address "$1" "$k")" "$validator_coins"
    done
}

validator_address() { wasmd --home "$1/.wasmd" keys show "validator$2" -a "${in_the_open[@]}"; }

init_nodes() {
    local k
    for ((k = 0; k < validators; k++)); do
        quietly wasmd --home "$1/node$k" init "node$k" --chain-id "$chain_id"
        wasmd --home "$1/node$k" tendermint show-node-id >"$1/node$k.id"
        quietly wasmd --home "$1/.wasmd" keys add "validator$k" "${in_the_open[@]}"
    done
}

# Every validator signs its initial stake, the first node collects them, and all nodes get the same genesis file.
stake() {
    local first="$1/node0" k
    mkdir -p "$first/config/gentx"
    for ((k = 0; k < validators; k++)); do
        [ "$k" -eq 0 ] || cp "$first/config/genesis.json" "$1/node$k/config/genesis.json"
        quietly wasmd --home "$1/node$k" genesis gentx "validator$k" "$validator_stake" --chain-id "$chain_id" \
            --keyring-dir "$1/.wasmd" "${in_the_open[@]}" --ip 127.0.0.1 --output-document "$first/config/gentx/node$k.json"
    done
    quietly wasmd --home "$first" genesis collect-gentxs
    for ((k = 1; k < validators; k++)); do
        cp "$first/config/genesis.json" "$1/node$k/config/genesis.json"
    done
}

# Created in a temporary place and then moved, so that a network exists completely or not at all.
make_network() {
    local making="$network.new"
    printf "creating the network '%s': VM %s, %s validator(s)\n" "$name" "$vm" "$validators"
    rm -rf "$making"
    mkdir -p "$making/.wasmd"
    init_nodes "$making"
    import_keys "$making"
    rename_stake "$making/node0/config/genesis.json"
    fund_accounts "$making"
    stake "$making"
    save_settings "$making"
    mv "$making" "$network"
}

show_accounts() {
    local account address mnemonic
    printf '\naccounts (mnemonics, for chains on this machine only: scripts/localnet.d/accounts), each with %s:\n' "$account_coins"
    while read -r account address mnemonic; do
        printf '  %-9s %s\n' "$account" "$address"
    done < <(accounts)
}
