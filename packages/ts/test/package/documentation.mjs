// What an editor shows at names of the installed package.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import ts from "typescript";

/** Names, written as somebody would use them. */
const SOURCE = `import { VaultQueryClient, vault } from "ballast-client";
declare const client: VaultQueryClient;
client.previewDeposit;
const sent: vault.ExtensionExecuteMsg = { deposit: { min_shares: "1" } };
`;

/** The documentation that TypeScript finds at a word of the source. */
function shownAt(service, file, word) {
  const { documentation } = service.getQuickInfoAtPosition(file, SOURCE.indexOf(word));
  return ts.displayPartsToString(documentation);
}

/** What is shown at a message, at its field, and at a method of a client's class. */
export function shownInEditor(consumer) {
  const file = join(consumer, "editor.mts");
  const options = { module: ts.ModuleKind.Node16, target: ts.ScriptTarget.ES2022, strict: true };
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (path) => {
      const text = path === file ? SOURCE : ts.sys.readFile(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => consumer,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (path) => path === file || ts.sys.fileExists(path),
    readFile: ts.sys.readFile,
    directoryExists: ts.sys.directoryExists,
    realpath: ts.sys.realpath,
  });
  return {
    message: shownAt(service, file, "deposit:"),
    field: shownAt(service, file, "min_shares"),
    method: shownAt(service, file, "previewDeposit"),
  };
}

/** The schema of the vault's messages. */
export async function vaultSchema() {
  return JSON.parse(await readFile(new URL("../../../../schema/vault.json", import.meta.url), "utf8"));
}
