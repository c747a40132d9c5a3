import { CosmWasmClient, type HttpEndpoint } from "@cosmjs/cosmwasm-stargate";
import { fromUtf8, toUtf8 } from "@cosmjs/encoding";
import { connectComet, type CometClient } from "@cosmjs/tendermint-rpc";
import {
  QuerySmartContractStateRequest,
  QuerySmartContractStateResponse,
} from "cosmjs-types/cosmwasm/wasm/v1/query.js";

/**
 * Asks contracts at one block: its state, its time. All answers of one `BlockClient` fit together, whatever happens on
 * the chain in between; give it to any of the query clients. A node keeps the state of its last blocks only.
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
    return new BlockClient(comet, block ?? (await comet.status()).syncInfo.latestBlockHeight);
  }

  override async queryContractSmart(address: string, query: unknown): Promise<any> {
    const request = QuerySmartContractStateRequest.fromPartial({ address, queryData: toUtf8(JSON.stringify(query)) });
    const { value } = await this.forceGetQueryClient().queryAbci(
      "/cosmwasm.wasm.v1.Query/SmartContractState",
      QuerySmartContractStateRequest.encode(request).finish(),
      this.block,
    );
    return JSON.parse(fromUtf8(QuerySmartContractStateResponse.decode(value).data));
  }
}
