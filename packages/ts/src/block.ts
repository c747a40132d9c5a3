import type { Coin } from "@cosmjs/amino";
import { CosmWasmClient, type HttpEndpoint } from "@cosmjs/cosmwasm-stargate";
import { fromUtf8, toUtf8 } from "@cosmjs/encoding";
import { QueryBalanceRequest, QueryBalanceResponse } from "cosmjs-types/cosmos/bank/v1beta1/query.js";
import { connectComet, type CometClient } from "@cosmjs/tendermint-rpc";
import {
  QuerySmartContractStateRequest,
  QuerySmartContractStateResponse,
} from "cosmjs-types/cosmwasm/wasm/v1/query.js";

/**
 * Asks contracts, and for balances, at one block: its state, its time. All answers of one `BlockClient` fit together,
 * whatever happens on the chain in between; give it to any of the query clients. What cosmjs offers besides is asked
 * of the last block. A node keeps the state of its last blocks only.
 */
export class BlockClient extends CosmWasmClient {
  protected constructor(
    comet: CometClient,
    /** The block that is asked. */
    readonly block: number,
  ) {
    super(comet);
  }

  /** Connects to a node, for questions about block `block`; its last one where not given. */
  static async at(endpoint: string | HttpEndpoint, block?: number): Promise<BlockClient> {
    const comet = await connectComet(endpoint);
    // not the height of its status: that one has a block in its store, whose state may still be on its way
    const last = block ?? (await comet.abciInfo()).lastBlockHeight;
    if (last === undefined) {
      throw new Error(`${typeof endpoint === "string" ? endpoint : endpoint.url} has no block yet`);
    }
    return new BlockClient(comet, last);
  }

  override async queryContractSmart(address: string, query: unknown): Promise<any> {
    const queryData = toUtf8(JSON.stringify(query));
    const request = QuerySmartContractStateRequest.encode({ address, queryData }).finish();
    const answer = await this.ask("/cosmwasm.wasm.v1.Query/SmartContractState", request);
    return JSON.parse(fromUtf8(QuerySmartContractStateResponse.decode(answer).data));
  }

  override async getBalance(address: string, denom: string): Promise<Coin> {
    const request = QueryBalanceRequest.encode({ address, denom }).finish();
    const answer = await this.ask("/cosmos.bank.v1beta1.Query/Balance", request);
    return QueryBalanceResponse.decode(answer).balance ?? { denom, amount: "0" };
  }

  private async ask(path: string, request: Uint8Array): Promise<Uint8Array> {
    return (await this.forceGetQueryClient().queryAbci(path, request, this.block)).value;
  }
}
