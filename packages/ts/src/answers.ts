import type { CosmWasmClient, ExecuteResult } from "@cosmjs/cosmwasm-stargate";
import { fromUtf8 } from "@cosmjs/encoding";
import { MsgExecuteContractResponse } from "cosmjs-types/cosmwasm/wasm/v1/tx.js";

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
  const data = response && MsgExecuteContractResponse.decode(response.value).data;
  if (!data?.length) {
    throw new Error(`message ${index} of transaction ${result.transactionHash} has no answer`);
  }
  return JSON.parse(fromUtf8(data)) as Answer;
}
