import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import { namespaces } from '../approve/statement.js';
import type { BundleFiles } from '../ports/bundle-files.js';
import type { Ssh } from '../ports/ssh.js';
import type { Problem } from '../text/problem.js';
import type { Annotation } from './annotation.js';
import { annotationPath, armored, maxAnnotations, printAnnotation } from './annotation.js';
import { annotationsFolder, isAnnotation } from './manifest.js';
import type { Finding, VerifyResult } from './verify.js';
import { changedSince, verifyBundle } from './verify.js';

export interface Note {
  readonly text: string;
  readonly who: string;
  /** Private key; null: unsigned. */
  readonly keyFile: string | null;
  /** Where a note with this text is there, that one is it: several may be about to say the same. */
  readonly once?: boolean;
}

/** Somebody else may be adding one at this instant: then it is looked at, and signed, anew. */
const mostTries = 20;
const pauseMs = 50;

/**
 * Adds a note to a sealed bundle in which nothing was changed; nothing that is written is touched. Problems:
 * BUNDLE_CHANGED, ANNOTATIONS_FULL, BUNDLE_FILE_EXISTS, BUNDLE_UNWRITABLE, and those of signing.
 */
export async function annotate(
  files: BundleFiles,
  note: Note,
  ssh: Ssh,
  now: () => string,
): Promise<Result<Annotation, Problem>> {
  for (let tries = 1; ; tries++) {
    const bundle = await verifyBundle(files, {
      requireSignature: false,
      annotations: { ssh, signers: null },
    });
    const added = await addNext({ files, bundle, note, ssh, at: now() });
    if (added.ok || tries === mostTries || !mayPass(bundle.findings, added.error)) return added;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Half an annotation, or a number that was just taken. */
const mayPass = (findings: readonly Finding[], { code }: Problem): boolean =>
  findings.every(({ file }) => isAnnotation(file)) && (findings.length > 0 || code === 'BUNDLE_FILE_EXISTS');

async function addNext({
  files,
  bundle: { report, manifestSha256, annotations, findings },
  note: { text, who, keyFile, once = false },
  ssh,
  at,
}: {
  readonly files: BundleFiles;
  readonly bundle: VerifyResult;
  readonly note: Note;
  readonly ssh: Ssh;
  readonly at: string;
}): Promise<Result<Annotation, Problem>> {
  if (findings.length > 0 || report === null || manifestSha256 === null) return err(changedSince(findings));
  const there = once ? annotations.annotations.find((one) => one.text === text) : undefined;
  if (there !== undefined) return ok(there);
  const number = annotations.annotations.length + 1;
  if (number > maxAnnotations)
    return err({ code: 'ANNOTATIONS_FULL', message: `a bundle takes ${String(maxAnnotations)} annotations` });
  const annotation: Annotation = {
    number,
    run: report.run.id,
    manifest: `sha256:${manifestSha256}`,
    previous: annotations.digests.at(-1) ?? null,
    at,
    who,
    text,
    signed: keyFile !== null,
  };
  const content = printAnnotation(annotation);
  const signature = keyFile === null ? ok(null) : await ssh.sign(keyFile, namespaces.annotation, content);
  if (!signature.ok) return signature;
  const added = await files.add(annotationPath(number), {
    text: content,
    signature: signature.value === null ? null : armored(signature.value),
  });
  if (!added.ok) return added;
  // Whoever is at one now begins anew, with the next number. What can't be removed is named by `verify`.
  await files.removeDrafts(annotationsFolder);
  return ok(annotation);
}
