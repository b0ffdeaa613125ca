import type { Result } from '../base/result.js';
import {
  Malformed,
  forms,
  instantOf,
  mapOf,
  printStatement,
  readStatement,
  textOf,
} from '../approve/statement.js';
import type { Problem } from '../text/problem.js';
import { annotationsFolder } from './manifest.js';
import type { AnnotationStatement } from './schema.js';

/** A note that somebody adds to a sealed bundle: what is signed. */
export type Annotation = Omit<AnnotationStatement, 'type'>;
/** The files of an annotation by their sha256, which its successor names. */
export type AnnotationDigests = NonNullable<Annotation['previous']>;

/** Longest note, in UTF-16 code units. */
export const maxNote = 20_000;
export const maxAnnotations = 999;

export const annotationPath = (number: number): string =>
  `${annotationsFolder}/${String(number).padStart(3, '0')}.json`;
/** The armored signature lies beside its statement, as ssh-keygen has it. */
export const signaturePath = (number: number): string => `${annotationPath(number)}.sig`;

/**
 * An SSH signature in the one form that ssh-keygen writes, lines of 70 characters: what it reads more leniently would
 * let bytes of the last annotation change unseen.
 */
export function armored(signature: string): string {
  const [begin, end] = ['-----BEGIN SSH SIGNATURE-----', '-----END SSH SIGNATURE-----'];
  const body = signature.replace(begin, '').replace(end, '').replace(/\s+/g, '');
  const lines =
    Buffer.from(body, 'base64')
      .toString('base64')
      .match(/.{1,70}/g) ?? [];
  return [begin, ...lines, end, ''].join('\n');
}

export const printAnnotation = (annotation: Annotation): string =>
  printStatement({ ...annotation, type: 'gatebook/annotation@1' });

/** Problem: STATEMENT_MALFORMED. */
export const readAnnotation = (text: string): Result<Annotation, Problem> =>
  readStatement(text, 'annotation', (fields) => {
    const { number, signed } = fields;
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 1 || number > maxAnnotations)
      throw new Malformed('number is missing or has another form');
    if (typeof signed !== 'boolean') throw new Malformed('signed is missing or has another form');
    return {
      number,
      run: textOf(fields, 'run', forms.run),
      manifest: textOf(fields, 'manifest', forms.digest),
      previous: fields['previous'] === null ? null : digestsOf(mapOf(fields['previous'], 'previous')),
      at: instantOf(fields, 'at'),
      who: textOf(fields, 'who', forms.principal),
      text: textOf(fields, 'text', forms.anything),
      signed,
    };
  });

const digestsOf = (fields: Parameters<typeof textOf>[0]): AnnotationDigests => ({
  statement: textOf(fields, 'statement', forms.digest),
  signature: fields['signature'] === null ? null : textOf(fields, 'signature', forms.digest),
});
