/**
 * Client of the Ballast contracts.
 *
 * What is in `generated/` comes from `schema/*.json`: types of every message and answer, and a client for each
 * contract. Here is what a schema does not say: the vault's own questions with their answers, the `data` of a message,
 * the text of a refusal, questions to one block, and how much gas to give.
 */
export * as oracle from "./generated/Oracle.types.js";
export * as market from "./generated/PerpMarket.types.js";
export * as vault from "./generated/Vault.types.js";
export { OracleClient, OracleQueryClient } from "./generated/Oracle.client.js";
export { PerpMarketClient, PerpMarketQueryClient } from "./generated/PerpMarket.client.js";
export { VaultClient, VaultQueryClient } from "./generated/Vault.client.js";
export type { VaultExtensionAnswers } from "./generated/Vault.answers.js";

export { answerOf, type DepositResponse, type RedeemResponse } from "./answers.js";
export { askVault, type VaultQuestion } from "./extension.js";
export { GAS_MARGIN } from "./gas.js";
export { refusalOf } from "./refusal.js";
export { BlockClient } from "./block.js";
