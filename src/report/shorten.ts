import { grouped } from '../base/words.js';

const digest = /(?<![0-9a-f])(?:sha256:)?([0-9a-f]{8})[0-9a-f]{56}(?![0-9a-f])/g;
const fingerprint = /(?<![0-9A-F])([0-9A-F]{4})[0-9A-F]{32}([0-9A-F]{4})(?![0-9A-F])/g;
const longPath = /(?<=^|[\s(])\/[^\s,;]*\/([^\s,;/]+)/g;
const count = /(?<![\d.,:-])\d{4,15}(?= (?:rows|records|files|tables|objects|entries|errors|gates)\b)/g;

/** Digests and fingerprints of keys as a reader compares them at a glance; the whole ones stand elsewhere. */
export const shortened = (text: string): string => text.replace(digest, '$1…').replace(fingerprint, '$1…$2');

/** The last part of a path whose folders say nothing to a reader. */
export const withoutFolders = (text: string): string =>
  text.replace(longPath, (path, name: string) => (path.length > 24 ? `…/${name}` : path));

/** A text of the author with values of the run in it: what they wrote as `3172 rows` reads `3,172 rows`. */
export const readable = (text: string): string =>
  shortened(text).replace(count, (digits) => grouped(BigInt(digits)));
