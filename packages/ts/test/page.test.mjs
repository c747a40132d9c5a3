// A page in a real browser asks a running chain, which has to allow that.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { askVault, BlockClient, VaultQueryClient } from "ballast-client";

import { DEPLOYMENT_VARIABLE, readDeployment } from "../dist/test/deployment.js";
import { bundle, findBrowser, loadInBrowser } from "./package/browser.mjs";
import { PACKAGE, remove, workFolder } from "./package/steps.mjs";

const deployment = readDeployment();
const browser = findBrowser();
const lacking = deployment ? "no Chromium here: install the package chromium" : `${DEPLOYMENT_VARIABLE} names no deployment`;

let work;

before(async () => {
  work = await workFolder();
});

after(() => remove(work));

test("a page asks the vault", { skip: deployment && browser ? false : lacking }, async () => {
  const { rpc, vault } = deployment;
  const contents = `
    import { askVault, BlockClient, VaultQueryClient } from "ballast-client";
    export const ask = async () => {
      const vault = new VaultQueryClient(await BlockClient.at("${rpc}"), "${vault}");
      return (await askVault(vault, { config: {} })).venue;
    };`;
  const { text } = await bundle(PACKAGE, { contents });
  const { venue } = await askVault(new VaultQueryClient(await BlockClient.at(rpc), vault), { config: {} });
  assert.equal(await loadInBrowser(browser, work, text, "ask"), venue);
});
