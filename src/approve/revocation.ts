import { printStatement } from './statement.js';

/** An approval is taken back. Whoever finds one in the state folder refuses; anybody can check who signed it. */
export interface Revocation {
  /** Of the approval. */
  readonly nonce: string;
  readonly slot: string;
  readonly approver: string;
  /** Who takes it back. */
  readonly principal: string;
  readonly reason: string;
  readonly created: string;
  readonly state: string;
}

export const printRevocation = (revocation: Revocation): string =>
  printStatement({ ...revocation, type: 'gatebook/revocation@1' });
