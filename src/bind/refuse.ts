import { isOutside } from '../model/runbook.js';
import type { Given, Outside } from '../model/runbook.js';
import type { Here } from './here.js';
import type { Refusal } from './mode.js';
import { showSource } from './outside.js';

/** Ends the resolving at the first name that means nothing here; `bind` makes a value of it. */
export class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}
export const refuse = (code: string, message: string, next?: string): never => {
  throw new Refused({ code, exit: 4, message, ...(next !== undefined && { next }) });
};

export const given = (place: string, value: Given, here: Here): string =>
  isOutside(value) ? required(place, value, here) : value;

/** A value from outside that has to be there, and not be empty. */
export function required(place: string, source: Outside | undefined, here: Here): string {
  const value = source && here.environment.get(source);
  if (value !== undefined && value.trim() !== '') return value;
  return refuse('NOT_CONFIGURED', `${source ? showSource(source) : place} is needed for ${place}`);
}
