import { digestOf } from '../base/sha256.js';
import { readSignature } from '../approve/signature.js';
import type { Signer } from '../approve/signers.js';
import { namespaces } from '../approve/statement.js';
import { checkSignature } from '../approve/trust.js';
import type { BundleFiles } from '../ports/bundle-files.js';
import type { Ssh } from '../ports/ssh.js';
import type { Annotation, AnnotationDigests } from './annotation.js';
import { annotationPath, armored, maxAnnotations, readAnnotation, signaturePath } from './annotation.js';
import type { Finding } from './compare.js';
import { isAnnotation, isDraft, manifestName } from './manifest.js';
import { readText } from './read-text.js';

/** Who checks signatures, and whose count: null takes any key, and says which it was. */
export interface AnnotationTrust {
  readonly ssh: Ssh;
  readonly signers: readonly Signer[] | null;
}

export interface CheckedAnnotation extends Annotation {
  /** Fingerprint of the key whose signature holds, `SHA256:…`; null: it isn't signed. */
  readonly key: string | null;
}

/** The annotations that hold, up to the first that doesn't; whom they are signed by is another question. */
export interface Chain {
  readonly annotations: readonly CheckedAnnotation[];
  /** Of each of them. */
  readonly digests: readonly AnnotationDigests[];
  /** Files that an `annotate` which was killed left: its drafts, or a signature after the last one, without its statement. */
  readonly unfinished: readonly string[];
}

/** What every annotation has to belong to. */
export interface Sealed {
  readonly run: string;
  /** sha256 of SHA256SUMS, 64 hex digits. */
  readonly manifestSha256: string;
}

const maxBytes = 256 * 1024;

/** Reads and checks every annotation of a bundle, each against its predecessor. */
export async function readAnnotations(
  { files, paths }: { readonly files: BundleFiles; readonly paths: Iterable<string> },
  { sealed, trust }: { readonly sealed: Sealed; readonly trust: AnnotationTrust },
  findings: Finding[],
): Promise<Chain> {
  const present = new Set([...paths].filter(isAnnotation));
  const unfinished = [...present].filter(isDraft);
  for (const draft of unfinished) present.delete(draft);
  const annotations: CheckedAnnotation[] = [];
  const digests: AnnotationDigests[] = [];
  for (let number = 1; number <= maxAnnotations && present.size > 0; number++) {
    if (present.size === 1 && present.delete(signaturePath(number))) {
      unfinished.push(signaturePath(number));
      break;
    }
    const one = await readOne(files, number, present, findings);
    for (const path of [annotationPath(number), signaturePath(number)]) present.delete(path);
    const previous = digests.at(-1) ?? null;
    const checked =
      one === null ? null : await checkOne({ ...one, number, previous }, sealed, trust, findings);
    if (one === null || checked === null) break;
    annotations.push(checked);
    digests.push(one.digests);
  }
  // Behind one of which nothing is known, nothing is known of those that follow it.
  if (findings.at(-1)?.kind === 'unreadable') present.clear();
  for (const path of present) {
    const message = 'no annotation before it holds that it could follow';
    findings.push({ kind: 'added', file: path, message });
  }
  return { annotations, digests, unfinished };
}

interface ReadAnnotation {
  readonly text: string;
  readonly signature: string | null;
  readonly digests: AnnotationDigests;
}

interface InChain {
  readonly number: number;
  /** Of the one before it; null of the first. */
  readonly previous: AnnotationDigests | null;
}

/** Null: it isn't whole, and that is a finding. */
async function readOne(
  files: BundleFiles,
  number: number,
  present: ReadonlySet<string>,
  findings: Finding[],
): Promise<ReadAnnotation | null> {
  const [file, sig] = [annotationPath(number), signaturePath(number)];
  if (!present.has(file)) {
    const message = 'it is not there, and a later annotation is';
    findings.push({ kind: 'missing', file, message });
    return null;
  }
  const text = await readText(files, file, maxBytes, findings);
  const signature = present.has(sig) ? await readText(files, sig, maxBytes, findings) : null;
  if (text === null || (signature === null && present.has(sig))) return null;
  return {
    text,
    signature,
    digests: { statement: digestOf(text), signature: signature === null ? null : digestOf(signature) },
  };
}

/** Null: it doesn't hold, and that is a finding. */
async function checkOne(
  { text, signature, number, previous }: ReadAnnotation & InChain,
  sealed: Sealed,
  trust: AnnotationTrust,
  findings: Finding[],
): Promise<CheckedAnnotation | null> {
  const file = annotationPath(number);
  const wrong = (message: string, kind: Finding['kind'] = 'changed'): null => {
    findings.push({ kind, file, message });
    return null;
  };
  const read = readAnnotation(text);
  if (!read.ok) return wrong(read.error.message);
  const annotation = read.value;
  if (annotation.number !== number)
    return wrong(`it is number ${String(annotation.number)}, in another place`, 'reordered');
  if (annotation.run !== sealed.run || annotation.manifest !== `sha256:${sealed.manifestSha256}`)
    return wrong(`it belongs to another bundle, or ${manifestName} was changed since`);
  if (!sameDigests(annotation.previous, previous))
    return wrong(
      number === 1
        ? 'it names a predecessor, and none is there'
        : `it does not follow ${annotationPath(number - 1)} as that is now`,
    );
  if (annotation.signed !== (signature !== null))
    return wrong(annotation.signed ? 'its signature is missing' : 'it says that it is not signed, and is');
  if (signature === null) return { ...annotation, key: null };
  if (armored(signature) !== signature)
    return wrong('its signature is not in the form that ssh-keygen writes');
  const signedBy = (signers: readonly Signer[]) =>
    checkSignature({ text, signature }, 'annotation', annotation.who, {
      ssh: trust.ssh,
      // Evidence outlives keys: whether one was valid is asked for the time of the note.
      now: annotation.at,
      signers,
    });
  const trusted = trust.signers === null ? null : await signedBy(trust.signers);
  if (trusted?.ok === true) return { ...annotation, key: trusted.value.key };
  const checked = await signedBy(ownSigner(annotation.who, signature));
  if (!checked.ok) {
    const { exit, message, next } = checked.error;
    // Where nobody can check it here, nothing is known of it.
    return exit === 4
      ? wrong(`${message}${next === undefined ? '' : `; ${next}`}`, 'unreadable')
      : wrong(message);
  }
  // The key that it names signed these bytes, and is not asked for: nothing was changed, and what follows it still does.
  if (trusted !== null) {
    const unknown = `${annotation.who} is not among the allowed signers`;
    const { code, message } = trusted.error;
    wrong(code === 'SIGNER_UNKNOWN' ? unknown : message, 'untrusted');
  }
  return { ...annotation, key: checked.value.key };
}

const sameDigests = (a: AnnotationDigests | null, b: AnnotationDigests | null): boolean =>
  a?.statement === b?.statement && a?.signature === b?.signature;

/** Where nobody says whose signatures count, the key that the signature itself names: it proves which key, no more. */
function ownSigner(principal: string, signature: string): readonly Signer[] {
  const facts = readSignature(signature);
  if (facts === null) return [];
  const bytes = Buffer.from(facts.blob, 'base64');
  const type = bytes.subarray(4, 4 + Math.min(64, bytes.readUInt32BE(0))).toString('latin1');
  if (!/^[\w@.-]+$/.test(type)) return [];
  const { key, blob } = facts;
  const line = `${principal} namespaces="${namespaces.annotation}" ${type} ${blob}\n`;
  return [{ principal, key, blob, namespaces: [namespaces.annotation], timed: false, line }];
}
