// The chain as the end-to-end test needs it, and what it asks there.
import { setTimeout } from "node:timers/promises";

import { SigningCosmWasmClient, type CosmWasmClient } from "@cosmjs/cosmwasm-stargate";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import { GasPrice } from "@cosmjs/stargate";

import {
  askVault,
  BlockClient,
  GAS_MARGIN,
  OracleClient,
  OracleQueryClient,
  PerpMarketClient,
  PerpMarketQueryClient,
  VaultQueryClient,
  type vault as types,
} from "../src/index.js";
import { localAccount, type Deployment } from "./deployment.js";

const SECOND = 1_000_000_000n;
const SECONDS_A_YEAR = 365 * 24 * 3600;

/** One account of the local network with its signing client. */
export interface Actor {
  address: string;
  client: SigningCosmWasmClient;
}

export async function actor(deployment: Deployment, name: string): Promise<Actor> {
  const { address, mnemonic } = localAccount(name);
  const wallet = await DirectSecp256k1HdWallet.fromMnemonic(mnemonic, { prefix: "wasm" });
  const client = await SigningCosmWasmClient.connectWithSigner(deployment.rpc, wallet, {
    gasPrice: GasPrice.fromString("0.025ucosm"),
    broadcastPollIntervalMs: 200,
  });
  return { address, client };
}

/** One block: whom to ask there, and where the vault stands. */
export interface View {
  client: BlockClient;
  vault: VaultQueryClient;
  position: types.VaultPositionResponse;
}

export async function viewAt(deployment: Deployment, block?: number): Promise<View> {
  const client = await BlockClient.at(deployment.rpc, block);
  const vault = new VaultQueryClient(client, deployment.vault);
  return { client, vault, position: await askVault(vault, { position: {} }) };
}

/** A block's time by its header, nanoseconds. */
export async function timeOf(client: CosmWasmClient, block: number): Promise<string> {
  const { time } = (await client.getBlock(block)).header;
  const [whole, fraction = ""] = time.replace(/Z$/, "").split(".");
  return (BigInt(Date.parse(`${whole}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, "0"))).toString();
}

/** Whether the price and the spread around it are the same in both blocks. */
export function samePrice(before: View, after: View): boolean {
  const [a, b] = [before.position.venue.prices, after.position.venue.prices];
  return a.index === b.index && a.spread === b.spread;
}

/** Seconds that begin between two blocks: funding accrues by the whole second of a block's time. */
export function secondsBetween(before: View, after: View): number {
  return Number(BigInt(after.position.time) / SECOND - BigInt(before.position.time) / SECOND);
}

/**
 * Waits until the last block came early in a second, so that the next one probably comes in the same. Sending message
 * after message keeps step with the blocks instead, and may meet the turn of a second each time.
 */
export async function untilEarlyInASecond(client: SigningCosmWasmClient): Promise<void> {
  for (let look = 0; look < 30; look += 1) {
    const time = BigInt(await timeOf(client, await client.getHeight()));
    if (time % SECOND < SECOND / 2n) {
      return;
    }
    await setTimeout(100);
  }
}

/**
 * How far an amount that was previewed at one block may be from what the next one gives, at the same price: by what the
 * short earns or pays in these seconds, on a notional of at most 1.2 times the net asset value (the policy's bound of
 * the hedge ratio), and a unit of rounding. By nothing within the same second.
 */
export function drift(before: View, after: View, amount: string): bigint {
  const seconds = secondsBetween(before, after);
  if (seconds === 0) {
    return 0n;
  }
  const { short } = before.position.venue.funding;
  const relative = (1.2 * Math.abs(Number(short)) * seconds) / SECONDS_A_YEAR;
  return BigInt(Math.ceil(Number(amount) * relative)) + 1n;
}

/**
 * Makes the system ready for a deposit where it is not: a price, unless somebody published just now, and coins in the
 * pool. The price is published with a confidence of 0.1 %, more than its age adds within a minute, so that the spread
 * stands still.
 */
export async function makeReady(deployment: Deployment): Promise<void> {
  const client = await BlockClient.at(deployment.rpc);
  const { market, quote } = await askVault(new VaultQueryClient(client, deployment.vault), { config: {} });

  const { index_feed: feed } = await new PerpMarketQueryClient(client, deployment.market).market({ market });
  const oracle = new OracleQueryClient(client, deployment.oracle);
  const { flags, time } = await oracle.price({ feed });
  const age = BigInt(await timeOf(client, client.block)) - BigInt(time);
  if (flags.length > 0 || age > 3n * SECOND) {
    const { accepted } = await oracle.feed({ feed });
    const feeder = await actor(deployment, "feeder");
    await new OracleClient(feeder.client, feeder.address, deployment.oracle).publish(
      { values: [{ feed, value: accepted?.price ?? "10", confidence: "0.001" }] },
      GAS_MARGIN,
    );
  }

  const { pool } = await new PerpMarketQueryClient(await BlockClient.at(deployment.rpc), deployment.market).pool({ market });
  if (pool.quote === "0") {
    const lp = await actor(deployment, "lp");
    const million = [{ denom: quote.denom, amount: `1000000${"0".repeat(quote.decimals)}` }];
    await new PerpMarketClient(lp.client, lp.address, deployment.market).poolDeposit(
      { market },
      GAS_MARGIN,
      undefined,
      million,
    );
  }
}
