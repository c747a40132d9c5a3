// What somebody does with the installed package. The test runs this in Node as an ES module and as CommonJS, and in a
// browser: so nothing of Node's own here.
import { CosmWasmClient, type SigningCosmWasmClient } from "@cosmjs/cosmwasm-stargate";
import { toUtf8 } from "@cosmjs/encoding";
import {
  answerOf,
  askVault,
  BlockClient,
  GAS_MARGIN,
  refusalOf,
  VaultClient,
  VaultQueryClient,
  type DepositResponse,
  type vault,
} from "ballast-client";

const VAULT = "wasm1vault";
const DEPOSIT: vault.ExtensionExecuteMsg = { deposit: { min_shares: "7" } };
const PREVIEWED: vault.Purse = { base: "12", quote: "3" };
/** The answer of a contract message as the chain encodes it: field 1, its length, its bytes. */
const ANSWER = toUtf8('\n"{"shares":"7","added":"69.300125"}');

function equal(what: string, actual: unknown, expected: unknown): void {
  const [said, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (said !== wanted) {
    throw new Error(`${what}: ${said} instead of ${wanted}`);
  }
}

/** A chain that notes what it is asked and sent. */
class Chain {
  readonly heard: unknown[] = [];

  async queryContractSmart(address: string, question: unknown): Promise<unknown> {
    this.heard.push([address, question]);
    return PREVIEWED;
  }

  async execute(...message: unknown[]): Promise<{ transactionHash: string }> {
    this.heard.push(message);
    return { transactionHash: "AB12" };
  }

  async getTx(): Promise<{ msgResponses: { typeUrl: string; value: Uint8Array }[] }> {
    return { msgResponses: [{ typeUrl: "/cosmwasm.wasm.v1.MsgExecuteContractResponse", value: ANSWER }] };
  }
}

async function asks(): Promise<void> {
  const chain = new Chain();
  const client = new VaultQueryClient(chain as unknown as CosmWasmClient, VAULT);
  const { base } = await askVault(client, { preview_redeem: { amount: "5" } });
  equal("base", base, "12");
  equal("heard", chain.heard, [[VAULT, { vault_extension: { preview_redeem: { amount: "5" } } }]]);
}

async function deposits(): Promise<void> {
  const chain = new Chain();
  const client = new VaultClient(chain as unknown as SigningCosmWasmClient, "wasm1alice", VAULT);
  const sent = await client.vaultExtension(DEPOSIT, GAS_MARGIN, undefined, [{ denom: "uatom", amount: "9" }]);
  equal("sent", chain.heard, [
    ["wasm1alice", VAULT, { vault_extension: DEPOSIT }, 1.6, undefined, [{ denom: "uatom", amount: "9" }]],
  ]);
  const { shares } = await answerOf<DepositResponse>(chain as unknown as CosmWasmClient, sent);
  equal("shares", shares, "7");
}

export async function use(): Promise<string> {
  await asks();
  await deposits();
  equal("refusal", refusalOf(new Error("the amount is zero: query wasm contract failed")), "the amount is zero");
  // one cosmjs for both, or it is another class of the same name
  equal("cosmjs is shared", BlockClient.prototype instanceof CosmWasmClient, true);
  return "it works";
}
