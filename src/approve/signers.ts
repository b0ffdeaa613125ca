import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import type { Problem } from '../text/problem.js';
import { fingerprintOf } from './signature.js';
import { forms } from './statement.js';

/** One line of an OpenSSH `allowed_signers` file: one person, one key. */
export interface Signer {
  readonly principal: string;
  /** `SHA256:…` */
  readonly key: string;
  /** The public key's wire form, base64, as it stands in the file. */
  readonly blob: string;
  /** What the key may sign, as the line says it; null: everything. */
  readonly namespaces: readonly string[] | null;
  /** `valid-after`, `valid-before`: the key counts for a while only. */
  readonly timed: boolean;
  /** What ssh-keygen is given to check against: this line and no other. */
  readonly line: string;
}

const maxLines = 1000;
const options = /^(?:namespaces|valid-after|valid-before)$/;
/** What ssh-keygen takes: it names no line where one is in another form. */
const values = { list: /^="[^"]+"$/, time: /^="[0-9]{8}(?:[0-9]{4}(?:[0-9]{2})?)?Z?"$/ };
const keyTypes =
  /^(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com)$/;

/** Problem: ALLOWED_SIGNERS_MALFORMED. */
export const readAllowedSigners = (text: string, path: string): Result<readonly Signer[], Problem> =>
  read(text, path, 'ALLOWED_SIGNERS_MALFORMED');

/** Who may approve; a file that names nobody is malformed, too. Problem: APPROVERS_MALFORMED. */
export function readSigners(text: string, path: string): Result<readonly Signer[], Problem> {
  const code = 'APPROVERS_MALFORMED';
  const signers = read(text, path, code);
  return signers.ok && signers.value.length === 0 ? malformed(code, `${path}:1: it names nobody`) : signers;
}

/**
 * OpenSSH's form (ssh-keygen(1), ALLOWED SIGNERS), but stricter: one person a line; patterns, lists, certificate
 * authorities and options that aren't known here are refused, by line: one such line would make one signature good
 * for several people.
 */
function read(text: string, path: string, code: string): Result<readonly Signer[], Problem> {
  const signers: Signer[] = [];
  const lines = text.split(/\r?\n/);
  if (lines.length > maxLines) return malformed(code, `${path}:${maxLines}: more than ${maxLines} lines`);
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const signer = readLine(line);
    if (typeof signer === 'string') return malformed(code, `${path}:${index + 1}: ${signer}`);
    signers.push(signer);
  }
  return ok(signers);
}

const malformed = (code: string, message: string): Result<never, Problem> =>
  err({ code, message, next: 'one line a person and key: NAME [namespaces="…"] ssh-ed25519 AAAA…' });

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
  const before = taken.text === '' ? '' : `${taken.text} `;
  const { namespaces, timed } = taken;
  const kept = `${principal} ${before}${type} ${blob}\n`;
  return { principal, key: fingerprintOf(blob), blob, namespaces, timed, line: kept };
}

/** A key's wire form begins with the name of its type. */
function typeIn(blob: string): string {
  const bytes = Buffer.from(blob, 'base64');
  return bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString('latin1');
}

/** Each option ends at a comma or a blank, so that no text takes longer than its length. */
const option = '[A-Za-z-]+(?:="[^"]*"|=[^\\s",]+)?';
const optionList = new RegExp(`^(${option}(?:,${option})*)\\s+(.*)$`);

interface Taken extends Pick<Signer, 'namespaces' | 'timed'> {
  /** The options as they stand there. */
  readonly text: string;
  readonly rest: string;
}

/** `namespaces="a,b",valid-after="20260101" ssh-ed25519 …`: options are ssh-keygen's to apply, ours to know. */
function takeOptions(rest: string): Taken | string {
  const match = optionList.exec(rest);
  const [, text = '', after = ''] = match ?? [];
  if (text === '' || keyTypes.test(text) || !/^[a-z]+(?:-(?:after|before|authority))?(?:=|,|$)/i.test(text))
    return { text: '', rest, namespaces: null, timed: false };
  const given = new Map<string, string>();
  for (const [whole, name = ''] of text.matchAll(/([A-Za-z-]+)(?:="[^"]*"|=[^\s",]+)?,?/g)) {
    if (name === 'cert-authority') return 'a certificate authority vouches for people who are not named here';
    const value = whole.slice(name.length).replace(/,$/, '');
    if (!options.test(name) || value === '') return `the option ${quoted(name)} is not known here`;
    const [form, words] =
      name === 'namespaces' ? [values.list, '"a,b"'] : [values.time, '"YYYYMMDD" or "YYYYMMDDHHMM"'];
    if (!form.test(value)) return `the value of ${name} is not in the form ${words}, quotes included`;
    if (given.has(name)) return `the option ${name} stands there twice`;
    given.set(name, value.slice(2, -1));
  }
  const namespaces = given.get('namespaces')?.split(',') ?? null;
  return { text, rest: after, namespaces, timed: given.has('valid-after') || given.has('valid-before') };
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 64));
