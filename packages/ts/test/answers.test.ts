// What a contract answered, out of what the chain keeps of a transaction.
import assert from "node:assert/strict";
import { test } from "node:test";

import type { CosmWasmClient } from "@cosmjs/cosmwasm-stargate";

import { answerOf } from "../src/index.js";

/** A node that knows one transaction, with these answers to its messages. */
function nodeWith(...answers: number[][]): Pick<CosmWasmClient, "getTx"> {
  const typeUrl = "/cosmwasm.wasm.v1.MsgExecuteContractResponse";
  const msgResponses = answers.map((bytes) => ({ typeUrl, value: Uint8Array.from(bytes) }));
  return { getTx: async () => ({ msgResponses }) as unknown as Awaited<ReturnType<CosmWasmClient["getTx"]>> };
}

const SENT = { transactionHash: "AB12" };
const bytes = (text: string) => [...new TextEncoder().encode(text)];
const NINE = [0x0a, 9, ...bytes('{"at":12}')];

test("the answer of a message is read by its place in the transaction", async () => {
  const node = nodeWith([0x0a, 8, ...bytes('{"at":1}')], NINE);
  assert.deepEqual(await answerOf(node, SENT), { at: 1 });
  assert.deepEqual(await answerOf(node, SENT, 1), { at: 12 });
});

test("an answer of more than 127 bytes has a length of two bytes", async () => {
  // 300 letters and two quotes: 302 = 0b10_0101110, the last seven bits first
  const text = `"${"x".repeat(300)}"`;
  assert.equal(await answerOf(nodeWith([0x0a, 0b1010_1110, 0b10, ...bytes(text)]), SENT), "x".repeat(300));
});

test("a message without an answer says so", async () => {
  for (const answers of [[], [[]], [[0x0a, 0]]]) {
    await assert.rejects(answerOf(nodeWith(...answers), SENT), new Error("message 0 of transaction AB12 has no answer"));
  }
});
