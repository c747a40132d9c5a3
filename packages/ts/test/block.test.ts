// At which block a client asks.
import assert from "node:assert/strict";
import { test } from "node:test";

import type { CometClient } from "@cosmjs/tendermint-rpc";

import { BlockClient } from "../src/index.js";

class ClientAt extends BlockClient {
  constructor(comet: CometClient, block: number) {
    super(comet, block);
  }

  /** Asks as cosmjs does, at a block of the caller's or at none in particular. */
  ask = (block?: number) => this.forceGetQueryClient().queryAbci("/path", new Uint8Array(), block);
}

test("a question is asked at the client's block, unless it names its own", async () => {
  const asked: unknown[] = [];
  const comet = {
    name: "a node",
    async abciQuery({ height }: { height?: number }) {
      asked.push(`${this.name} at ${height}`);
      return { code: 0, height, value: new Uint8Array() };
    },
  };
  const client = new ClientAt(comet as unknown as CometClient, 12);
  await client.ask();
  await client.ask(7);
  assert.deepEqual(asked, ["a node at 12", "a node at 7"]);
});
