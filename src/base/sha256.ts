import { hash } from 'node:crypto';
import type { Sha256 } from './ids.js';

/** Of these bytes, or of a text's UTF-8. */
export const sha256Of = (content: string | Uint8Array): Sha256 => hash('sha256', content) as Sha256;

/** `sha256:…`, as plans, bindings and statements name each other. */
export const digestOf = (content: string | Uint8Array): string => `sha256:${sha256Of(content)}`;
