/**
 * The fee to give to a message of the generated clients: this times the gas of its simulation.
 *
 * The market asks for a price once a block. A simulation runs on the last block: where somebody traded in that, it
 * comes without the gas of asking (100,000 to 165,000 of a deposit, measured), which the message itself then uses in
 * the block after. cosmjs takes 1.4 for `"auto"`; 1.42 was needed on the oldest chain tried.
 */
export const GAS_MARGIN = 1.6;
