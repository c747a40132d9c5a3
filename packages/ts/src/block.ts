import { CosmWasmClient, type HttpEndpoint } from "@cosmjs/cosmwasm-stargate";
import { connectComet, type CometClient } from "@cosmjs/tendermint-rpc";

type StateQuery = Parameters<CometClient["abciQuery"]>[0];

/** The same node, whose state is asked at block `block` where a question names none. */
function atBlock(comet: CometClient, block: number): CometClient {
  const abciQuery = (query: StateQuery) => comet.abciQuery({ ...query, height: query.height ?? block });
  return Object.create(comet, { abciQuery: { value: abciQuery } }) as CometClient;
}

/**
 * Asks for the chain's state at one block: contracts, balances, accounts. All answers of one `BlockClient` fit together,
 * whatever happens on the chain in between; give it to any of the query clients. A node keeps the state of its last
 * blocks only. Blocks and transactions are found as by any other client.
 */
export class BlockClient extends CosmWasmClient {
  protected constructor(
    comet: CometClient,
    /** The block that is asked. */
    readonly block: number,
  ) {
    super(atBlock(comet, block));
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
}
