// The package as somebody installs it: packed from a fresh copy of its sources, installed into an empty folder, used as
// an ES module and as CommonJS, type-checked, bundled for a browser. With every version of cosmjs that package.json says
// was tried.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { bundle, findBrowser, loadInBrowser, runInBareContext } from "./package/browser.mjs";
import { shownInEditor, vaultSchema } from "./package/documentation.mjs";
import { compile, consumerWith, example, install, node, pack, program, readme, remove, tried, use, workFolder } from "./package/steps.mjs";

const WORKS = "it works";
const FROM_A_MODULE = 'import { use } from "./use.mjs"; console.log(await use());';
const FROM_COMMONJS = 'require("./use.cjs").use().then(console.log);';
const [newest, ...older] = tried.toReversed();

let work;
let tarball;
let files;

before(async () => {
  work = await workFolder();
  ({ tarball, files } = await pack(work));
});

after(() => remove(work));

test("the package has code, types, sources, a README and the licence, and nothing else", () => {
  const folders = new Set(files.map((path) => path.replace(/^(dist\/\w+|src)\/.*/, "$1")));
  assert.deepEqual([...folders].sort(), ["LICENSE", "README.md", "dist/cjs", "dist/esm", "package.json", "src"]);
  for (const format of ["esm", "cjs"]) {
    assert.ok(files.includes(`dist/${format}/index.js`) && files.includes(`dist/${format}/index.d.ts`), format);
  }
});

test("the README names the versions of cosmjs that were tried", () => {
  assert.deepEqual(tried.filter((version) => !readme.includes(version)), []);
});

test("the package keeps the rules of its format", async () => {
  await program("publint", "run", tarball, "--strict");
  await program("attw", tarball, "--no-emoji", "--no-color");
});

for (const version of [newest, ...older]) {
  describe(`with cosmjs ${version}`, () => {
    let consumer;

    before(async () => {
      consumer = consumerWith(work, version);
      await install(consumer, tarball, version);
    });

    test("its types fit in Node, where it runs as an ES module and as CommonJS", async () => {
      const sources = { "use.mts": use, "use.cts": use, "readme.mts": example() };
      await compile(consumer, { module: "node16", types: ["node"] }, sources);
      assert.equal(await node(consumer, "--input-type=module", "-e", FROM_A_MODULE), WORKS);
      assert.equal(await node(consumer, "--input-type=commonjs", "-e", FROM_COMMONJS), WORKS);
    });

    test("its types fit as a bundler resolves them, without those of Node", async () => {
      await compile(consumer, { module: "esnext", moduleResolution: "bundler", types: [] }, { "use.ts": use });
    });

    test("it is bundled for a browser, with nothing of Node in it", async () => {
      const { text, emptied } = await bundle(consumer, "./use.ts");
      assert.deepEqual(emptied, []);
      assert.equal(await runInBareContext(text, "use"), WORKS);
    });

    const browser = findBrowser();
    test("it runs in a browser", { skip: browser ? false : "no Chromium here: install the package chromium" }, async () => {
      const { text } = await bundle(consumer, "./use.ts");
      assert.equal(await loadInBrowser(browser, consumer, text, "use"), WORKS);
    });
  });
}

test("who uses a part of it bundles that part", async () => {
  const consumer = consumerWith(work, newest);
  const { text } = await bundle(consumer, { contents: `export { refusalOf } from "ballast-client";` });
  assert.ok(text.length < 2_000, `${text.length} bytes for one function`);
});

test("an editor shows what the schema says of a message, a field and a method", async () => {
  const consumer = consumerWith(work, newest);
  const { message, field, method } = shownInEditor(consumer);
  const { execute, query } = await vaultSchema();
  const deposit = execute.definitions.ExtensionExecuteMsg.oneOf.find(({ properties }) => properties.deposit);
  const preview = query.oneOf.find(({ properties }) => properties.preview_deposit);
  assert.equal(message, deposit.description);
  assert.equal(field, deposit.properties.deposit.properties.min_shares.description);
  assert.equal(method, preview.description);
});
