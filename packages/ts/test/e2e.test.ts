// Deposit, preview, redeem and refusals on a running chain.
//
// A question is answered with the state and the time of the last block; a message is carried out on that state at the
// time of the next one. So a preview asked of the block before a message must be its result to the unit, as long as
// nothing moved in between: the same price and spread, and no second begun, as funding accrues by the second. Messages
// are sent until one fell into such a block (blocks come every half second); at the same price but a second later the
// difference is held to what funding explains.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import type { ExecuteResult } from "@cosmjs/cosmwasm-stargate";

import {
  answerOf,
  askVault,
  GAS_MARGIN,
  refusalOf,
  VaultClient,
  type DepositResponse,
  type RedeemResponse,
  type vault as types,
} from "../src/index.js";
import { DEPLOYMENT_VARIABLE, localAccount, readDeployment, type Deployment } from "./deployment.js";
import { runReadme } from "./readme.js";
import {
  actor,
  drift,
  makeReady,
  samePrice,
  secondsBetween,
  timeOf,
  untilEarlyInASecond,
  viewAt,
  type Actor,
  type View,
} from "./scene.js";

const deployment = readDeployment();
const skip = deployment ? false : `${DEPLOYMENT_VARIABLE} names no deployment on a running local network`;
const MOST_ATTEMPTS = 20;
const MOST_SHARES = (2n ** 128n - 1n).toString();
const GIVEN_FEE = { amount: [{ denom: "ucosm", amount: "100000" }], gas: "4000000" };

describe("a depositor on a real chain", { skip }, () => {
  const at = deployment as Deployment;
  let alice: Actor;
  let vault: VaultClient;
  let base: types.CoinInfo;
  let quote: types.CoinInfo;
  /** 12.5 whole coins. */
  let amount: string;
  /** Shares that alice had before. */
  let heldBefore: bigint;

  before(async () => {
    await makeReady(at);
    alice = await actor(at, "alice");
    assert.equal(await alice.client.getChainId(), at.chainId);
    vault = new VaultClient(alice.client, alice.address, at.vault);
    const view = await viewAt(at);
    ({ base, quote } = await askVault(view.vault, { config: {} }));
    heldBefore = await sharesIn(view);
    amount = `125${"0".repeat(base.decimals - 1)}`;
  });

  const attached = (denom: string) => [{ denom, amount }];
  const deposit = () => vault.deposit({ amount }, GAS_MARGIN, undefined, attached(base.denom));
  const sharesIn = async (view: View) => BigInt((await view.vault.balance({ address: alice.address })).balance);

  /** What changed between two blocks in alice's hands. */
  async function received(earlier: View, own: View) {
    const coins = async (view: View, denom: string) => BigInt((await view.client.getBalance(alice.address, denom)).amount);
    return {
      shares: ((await sharesIn(own)) - (await sharesIn(earlier))).toString(),
      base: ((await coins(own, base.denom)) - (await coins(earlier, base.denom))).toString(),
      quote: ((await coins(own, quote.denom)) - (await coins(earlier, quote.denom))).toString(),
    };
  }

  /**
   * Sends a message until nothing but the message moved in its block, holding every one at the same price to `drift`,
   * and the last one, where that is zero, to its preview.
   */
  async function untilUndisturbed<Answer>(
    send: () => Promise<ExecuteResult>,
    pairs: (earlier: View, answer: Answer) => Promise<[previewed: string, given: string][]>,
  ): Promise<{ answer: Answer; earlier: View; own: View }> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      await makeReady(at);
      await untilEarlyInASecond(alice.client);
      const result = await send();
      const [earlier, own] = [await viewAt(at, result.height - 1), await viewAt(at, result.height)];
      if (!samePrice(earlier, own)) {
        continue;
      }
      const answer = await answerOf<Answer>(alice.client, result);
      for (const [previewed, given] of await pairs(earlier, answer)) {
        const distance = BigInt(given) - BigInt(previewed);
        const allowed = drift(earlier, own, previewed);
        const told = `previewed ${previewed}, given ${given} in block ${result.height}: ${distance} apart`;
        assert.ok(distance >= -allowed && distance <= allowed, `${told}, ${allowed} allowed`);
      }
      if (secondsBetween(earlier, own) === 0) {
        return { answer, earlier, own };
      }
    }
    throw new Error(`in each of ${MOST_ATTEMPTS} blocks the price moved or a second began: publish one price meanwhile`);
  }

  test("a question is answered with the state and the time of its block", async () => {
    const view = await viewAt(at);
    const earlier = await viewAt(at, view.client.block - 1);
    for (const { client, position } of [view, earlier]) {
      assert.equal(position.time, await timeOf(alice.client, client.block));
    }
    assert.ok(BigInt(earlier.position.time) < BigInt(view.position.time));
  });

  for (const name of ["a deposit gives the shares of its preview", "so does one beside a standing position"]) {
    test(name, async () => {
      const { answer, earlier, own } = await untilUndisturbed<DepositResponse>(deposit, async (view, { shares }) => [
        [await view.vault.previewDeposit({ amount }), shares],
      ]);
      assert.equal(answer.shares, await earlier.vault.previewDeposit({ amount }));
      assert.deepEqual(await received(earlier, own), { shares: answer.shares, base: `-${amount}`, quote: "0" });
    });
  }

  test("a redemption pays the coins of its preview", async () => {
    const part = { amount: (((await sharesIn(await viewAt(at))) - heldBefore) / 100n).toString() };
    const { answer, earlier, own } = await untilUndisturbed<RedeemResponse>(
      () => vault.redeem(part, GAS_MARGIN),
      async (view, { paid }) => {
        const preview = await askVault(view.vault, { preview_redeem: part });
        return [[preview.base, paid.base], [preview.quote, paid.quote]];
      },
    );
    assert.deepEqual(answer.paid, await askVault(earlier.vault, { preview_redeem: part }));
    assert.equal(answer.paid.base, await earlier.vault.previewRedeem(part));
    assert.equal(answer.shares, part.amount);
    assert.deepEqual(await received(earlier, own), { ...answer.paid, shares: `-${part.amount}` });
  });

  test("a refused deposit says why, before it is sent and after", async () => {
    const wrong = attached(quote.denom);
    for (const fee of [GAS_MARGIN, GIVEN_FEE] as const) {
      await assert.rejects(vault.deposit({ amount }, fee, undefined, wrong), saying(`Must send reserve token '${base.denom}'`));
    }
    await assert.rejects(
      vault.deposit({ amount: "1" }, GAS_MARGIN, undefined, attached(base.denom)),
      saying(`amount says 1, but ${amount} is attached: they must be equal`),
    );
    await assert.rejects(
      vault.vaultExtension({ deposit: { min_shares: MOST_SHARES } }, GAS_MARGIN, undefined, attached(base.denom)),
      saying(new RegExp(`^\\d+ shares, fewer than the minimum of ${MOST_SHARES}$`)),
    );
  });

  test("a refused question says why", async () => {
    await assert.rejects((await viewAt(at)).vault.previewDeposit({ amount: "0" }), saying("the amount is zero"));
  });

  test("the README's example runs as it is written", async () => {
    await makeReady(at);
    const lines = await runReadme({ RPC: at.rpc, VAULT: at.vault, MNEMONIC: localAccount("alice").mnemonic });
    assert.match(lines[0] ?? "", new RegExp(`^\\d+ shares for ${amount}${base.denom}; hedge ratio [\\d.]+$`));
    assert.match(lines[1] ?? "", /^\d+ shares$/);
    assert.match(lines[2] ?? "", /^back: \d+ of base, \d+ of quote$/);
    assert.equal(lines[3], `amount says 1, but ${amount} is attached: they must be equal`);
    assert.equal(lines.length, 4);
  });

  test("what was deposited here is redeemed, to the last share", async () => {
    await makeReady(at);
    const gained = (await sharesIn(await viewAt(at))) - heldBefore;
    const { height } = await vault.redeem({ amount: gained.toString() }, GAS_MARGIN);
    assert.equal(await sharesIn(await viewAt(at, height)), heldBefore);
  });
});

/** Whether an error is a contract's refusal with this text. */
const saying = (expected: string | RegExp) => (error: unknown) => {
  const refusal = refusalOf(error);
  assert.ok(refusal !== undefined, `not a contract's refusal: ${error}`);
  if (expected instanceof RegExp) {
    assert.match(refusal, expected);
  } else {
    assert.equal(refusal, expected);
  }
  return true;
};
