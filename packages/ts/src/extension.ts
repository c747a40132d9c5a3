import type { VaultExtensionAnswers } from "./generated/Vault.answers.js";
import type { VaultQueryClient } from "./generated/Vault.client.js";
import type { ExtensionQueryMsg } from "./generated/Vault.types.js";

type KeyOf<Union> = Union extends unknown ? keyof Union : never;

/** Names of the vault's own questions, such as `position` or `next_action`. */
export type VaultQuestion = KeyOf<ExtensionQueryMsg> & keyof VaultExtensionAnswers;

/**
 * Asks the vault one of its own questions: `askVault(vault, { position: {} })`. The same as `vault.vaultExtension`,
 * with the type of the answer.
 */
export async function askVault<Name extends VaultQuestion>(
  vault: Pick<VaultQueryClient, "vaultExtension">,
  question: Extract<ExtensionQueryMsg, Record<Name, unknown>>,
): Promise<VaultExtensionAnswers[Name]> {
  return (await vault.vaultExtension(question)) as VaultExtensionAnswers[Name];
}
