// What a node wraps around a contract's error text. Before: where the message stood, and through which contracts the
// error came. After: the kind of call that failed, and, from a simulation, a place in the node's own code.
const BEFORE = /^.*?failed to execute message; message index: \d+: (?:(?:dispatch|submessages|messages|reply): )*/s;
const QUERY_BEFORE = /^Query failed with \(\d+\): (?:rpc error: code = \w+ desc = )?/;
const AFTER = /(?:: (?:execute|instantiate|query|migrate) wasm contract failed)+(?:: unknown request)?(?: \[[^\]]*\].*)?$/s;

/**
 * The contract's own text in an error that cosmjs threw: from a simulation, from a transaction that failed on the
 * chain, or from a query. None when the error is not a contract's refusal: a network that is down, coins that are
 * lacking, gas that ran out.
 */
export function refusalOf(error: unknown): string | undefined {
  const message = error instanceof Error ? error.message : String(error);
  if (!AFTER.test(message)) {
    return undefined;
  }
  return message.replace(BEFORE, "").replace(QUERY_BEFORE, "").replace(AFTER, "");
}
