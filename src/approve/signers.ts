import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import type { Problem } from '../text/problem.js';
import { fingerprintOf } from './signature.js';
import { forms } from './statement.js';

/** One line of an approvers' file: one person, one key. */
export interface Signer {
  readonly principal: string;
  /** `SHA256:…` */
  readonly key: string;
  /** The public key's wire form, base64, as it stands in the file. */
  readonly blob: string;
  /** What ssh-keygen is given to check against: this line and no other. */
  readonly line: string;
}

const maxLines = 1000;
const options = /^(?:namespaces|valid-after|valid-before)$/;
/** What ssh-keygen takes: it names no line where one is in another form. */
const values = { list: /^="[^"]+"$/, time: /^="[0-9]{8}(?:[0-9]{4}(?:[0-9]{2})?)?Z?"$/ };
const keyTypes =
  /^(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com)$/;

/**
 * Reads an approvers' file: the form of ssh-keygen(1), ALLOWED SIGNERS, but stricter. One person a line; patterns,
 * lists, certificate authorities and options that aren't known here are refused, by line: one such line would make
 * one signature good for several people. Problem: APPROVERS_MALFORMED.
 */
export function readSigners(text: string, path: string): Result<readonly Signer[], Problem> {
  const signers: Signer[] = [];
  const lines = text.split(/\r?\n/);
  if (lines.length > maxLines) return malformed(path, maxLines, `more than ${maxLines} lines`);
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const signer = readLine(line);
    if (typeof signer === 'string') return malformed(path, index + 1, signer);
    signers.push(signer);
  }
  return signers.length > 0 ? ok(signers) : malformed(path, 1, 'it names nobody');
}

const malformed = (path: string, line: number, message: string): Result<never, Problem> =>
  err({
    code: 'APPROVERS_MALFORMED',
    message: `${path}:${line}: ${message}`,
    next: 'one line a person and key: NAME [namespaces="…"] ssh-ed25519 AAAA…',
  });

function readLine(line: string): Signer | string {
  const split = /^(\S+)\s*(.*)$/.exec(line);
  const [, principal = '', rest = ''] = split ?? [];
  if (/[,]/.test(principal)) return `${quoted(principal)} names more than one person`;
  if (/[*?!]/.test(principal)) return `${quoted(principal)} is a pattern, not a person`;
  if (!forms.principal.test(principal)) return `${quoted(principal)} is not a name`;
  const taken = takeOptions(rest);
  if (typeof taken === 'string') return taken;
  const [type = '', blob = ''] = taken.rest.split(/\s+/);
  if (!keyTypes.test(type)) return `${quoted(type)} is no type of key that is known here`;
  if (!/^[A-Za-z0-9+/]{40,16384}={0,2}$/.test(blob) || typeIn(blob) !== type) return 'its key is malformed';
  const before = taken.options === '' ? '' : `${taken.options} `;
  return { principal, blob, key: fingerprintOf(blob), line: `${principal} ${before}${type} ${blob}\n` };
}

/** A key's wire form begins with the name of its type. */
function typeIn(blob: string): string {
  const bytes = Buffer.from(blob, 'base64');
  return bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString('latin1');
}

/** Each option ends at a comma or a blank, so that no text takes longer than its length. */
const option = '[A-Za-z-]+(?:="[^"]*"|=[^\\s",]+)?';
const optionList = new RegExp(`^(${option}(?:,${option})*)\\s+(.*)$`);

/** `namespaces="a,b",valid-after="20260101" ssh-ed25519 …`: options are ssh-keygen's to apply, ours to know. */
function takeOptions(rest: string): { readonly options: string; readonly rest: string } | string {
  const match = optionList.exec(rest);
  const [, given = '', after = ''] = match ?? [];
  if (
    given === '' ||
    keyTypes.test(given) ||
    !/^[a-z]+(?:-(?:after|before|authority))?(?:=|,|$)/i.test(given)
  )
    return { options: '', rest };
  for (const [whole, name = ''] of given.matchAll(/([A-Za-z-]+)(?:="[^"]*"|=[^\s",]+)?,?/g)) {
    if (name === 'cert-authority') return 'a certificate authority vouches for people who are not named here';
    const value = whole.slice(name.length).replace(/,$/, '');
    if (!options.test(name) || value === '') return `the option ${quoted(name)} is not known here`;
    const [form, words] =
      name === 'namespaces' ? [values.list, '"a,b"'] : [values.time, '"YYYYMMDD" or "YYYYMMDDHHMM"'];
    if (!form.test(value)) return `the value of ${name} is not in the form ${words}, quotes included`;
  }
  return { options: given, rest: after };
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 64));
