import type { CosmWasmClient, ExecuteResult } from "@cosmjs/cosmwasm-stargate";
import { fromUtf8 } from "@cosmjs/encoding";

import type { Purse, SignedDecimal256, Uint128 } from "./generated/Vault.types.js";

/** Answer of a deposit. */
export interface DepositResponse {
  /** Shares minted. */
  shares: Uint128;
  /** Net asset value that the deposit added, units of quote. */
  added: SignedDecimal256;
}

/** Answer of a redemption. */
export interface RedeemResponse {
  /** Coins paid. */
  paid: Purse;
  /** Shares burned. */
  shares: Uint128;
}

const DATA_FIELD = 0x0a;
const LAST_7_BITS = 0x7f;

/**
 * The contract's answer inside the chain's (MsgExecuteContractResponse: one field, `bytes data = 1`). Read here, because
 * where cosmjs keeps its decoder depends on its version.
 */
function dataOf(response: Uint8Array): Uint8Array {
  if (response[0] !== DATA_FIELD) {
    return new Uint8Array();
  }
  let length = 0;
  let at = 1;
  for (let shift = 0; ; shift += 7) {
    const byte = response[at++] ?? 0;
    length |= (byte & LAST_7_BITS) << shift;
    if (byte <= LAST_7_BITS) {
      return response.subarray(at, at + length);
    }
  }
}

/**
 * The answer (`data`) of a contract message, which cosmjs leaves out of the result of `execute`: reads the transaction
 * again and decodes the answer of its message number `index`.
 *
 * @throws when the node does not know the transaction, or the message answered nothing.
 */
export async function answerOf<Answer>(
  client: Pick<CosmWasmClient, "getTx">,
  result: Pick<ExecuteResult, "transactionHash">,
  index = 0,
): Promise<Answer> {
  const found = await client.getTx(result.transactionHash);
  if (!found) {
    throw new Error(`transaction ${result.transactionHash} is not known to this node: does it keep an index?`);
  }
  const response = found.msgResponses[index];
  const data = response && dataOf(response.value);
  if (!data?.length) {
    throw new Error(`message ${index} of transaction ${result.transactionHash} has no answer`);
  }
  return JSON.parse(fromUtf8(data)) as Answer;
}
