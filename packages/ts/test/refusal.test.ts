// What nodes with VM 3.0 and 1.5 said, word for word, and the contract's own part of it.
import assert from "node:assert/strict";
import { test } from "node:test";

import { refusalOf } from "../src/index.js";

const WRONG_COIN = "Must send reserve token 'uatom'";

test("a simulation's refusal is the contract's text", () => {
  const error = new Error(
    `Query failed with (6): rpc error: code = Unknown desc = failed to execute message; message index: 0: ${WRONG_COIN}: ` +
      "execute wasm contract failed [!cosm!wasm/wasmd@v0.61.14/x/wasm/keeper/keeper.go:452] with gas used: '122324': unknown request",
  );
  assert.equal(refusalOf(error), WRONG_COIN);
});

test("a failed transaction's refusal is the contract's text", () => {
  const error = new Error(
    "Error when broadcasting tx 5FB9AFEE30960E0C48617B1573213D3696F80A68BA315FCC3FDC074F9D6EE850 at height 1197. " +
      `Code: 5; Raw log: failed to execute message; message index: 0: ${WRONG_COIN}: execute wasm contract failed`,
  );
  assert.equal(refusalOf(error), WRONG_COIN);
});

test("a refusal in a reply is the contract's text", () => {
  const error = new Error(
    "Error when broadcasting tx B7377E0E8E8CB1B2760B2F131820724A95A06A6B6973970BB5CF9A157DFAF99A at height 1199. " +
      "Code: 5; Raw log: failed to execute message; message index: 0: reply: 4025309051036 shares, fewer than the " +
      "minimum of 340282366920938463463374607431768211455: execute wasm contract failed",
  );
  assert.equal(
    refusalOf(error),
    "4025309051036 shares, fewer than the minimum of 340282366920938463463374607431768211455",
  );
});

test("a simulation's refusal on VM 1.5 is the contract's text", () => {
  const error = new Error(
    `Query failed with (6): rpc error: code = Unknown desc = failed to execute message; message index: 0: ${WRONG_COIN}: ` +
      "execute wasm contract failed [!cosm!wasm/wasmd@v0.46.0/x/wasm/keeper/keeper.go:396] With gas wanted: " +
      "'18446744073709551615' and gas used: '115604' : unknown request",
  );
  assert.equal(refusalOf(error), WRONG_COIN);
});

test("a refusal of the market on VM 1.5, which tells its way, is the market's text", () => {
  const error = new Error(
    "Error when broadcasting tx 7004C12EBA1F82CCA1980FCA71EA6F874A7B8BBD980E29CA12367E7480A153B0 at height 36. " +
      "Code: 5; Raw log: failed to execute message; message index: 0: dispatch: submessages: a position of 50 units " +
      "of quote is below the minimum of 10000000: make it larger: execute wasm contract failed",
  );
  assert.equal(refusalOf(error), "a position of 50 units of quote is below the minimum of 10000000: make it larger");
});

test("a question's refusal is the contract's text, colons and all", () => {
  const error = new Error(
    "Query failed with (6): a short of 799999999999999 is needed, the market takes 49999999998 more: deposit less: " +
      "query wasm contract failed: unknown request",
  );
  assert.equal(
    refusalOf(error),
    "a short of 799999999999999 is needed, the market takes 49999999998 more: deposit less",
  );
});

test("what no contract said is no refusal", () => {
  for (const text of [
    "Error when broadcasting tx C9E4B8482F517DE073010E6DA0E62E7094782711E46C228226A079AA8A58F01D at height 1204. " +
      "Code: 11; Raw log: out of gas in location: wasm contract; gasWanted: 200000, gasUsed: 207965: out of gas",
    "Error when broadcasting tx 04905008037D1AA020B3B9CC3737FBA519F3749F0F114C3B13A8255E09CE1448 at height 1203. " +
      "Code: 5; Raw log: failed to execute message; message index: 0: spendable balance 999999774542uatom is smaller " +
      "than 9000000000000000uatom: insufficient funds",
    "Query failed with (6): address wasm1js52n65mc3mt6h6qamewyvsesxanarutvklkmg: no such contract: unknown request",
    "fetch failed",
  ]) {
    assert.equal(refusalOf(new Error(text)), undefined);
  }
});
