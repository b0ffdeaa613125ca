/** What is shaped like a secret, whoever's it is: looked for in a bundle before the seal, and in a runbook. */
interface SecretShape {
  readonly kind: string;
  readonly pattern: RegExp;
  /** Which group holds the secret itself, to be weighed by `isPlaceholder`; absent: the shape is proof enough. */
  readonly value?: number;
}

/** Nothing that a shape matches is longer, so that much of a window is looked at twice. */
export const longestShape = 4096;

const word = '[A-Za-z0-9_.-]{0,64}';
const passwordName = `${word}(?:password|passwd|passphrase|pgpass|pwd)`;
const secretName = `${word}(?:password|passwd|passphrase|pwd|secret|token|api_?key)`;

const shapes: readonly SecretShape[] = [
  {
    kind: 'private-key',
    // PEM (RFC 7468), OpenSSH and OpenPGP (RFC 4880, 6.2) armor with something in it; `\n` as JSON writes it too.
    pattern:
      /-----BEGIN (?:[A-Z0-9]{1,16} ){0,4}PRIVATE KEY(?: BLOCK)?-----(?:\s|\\[rn])*[A-Za-z0-9+/=]{16}/g,
  },
  {
    kind: 'private-key',
    pattern:
      /-----BEGIN (?:[A-Z0-9]{1,16} ){0,4}PRIVATE KEY(?: BLOCK)?-----(?:\s|\\[rn])*(?:Version|Comment|Proc-Type):/g,
  },
  { kind: 'private-key', pattern: /PuTTY-User-Key-File-[0-9]: [a-z0-9-]{1,64}/g },
  {
    kind: 'url-password',
    pattern: /\b[a-z][a-z0-9+.-]{1,31}:\/\/[^\s/:@"'<>`]{0,256}:([^\s/@"'`]{1,256})@/gi,
    value: 1,
  },
  { kind: 'aws-key', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g },
  { kind: 'aws-key', pattern: /aws_secret_access_key["']?\s{0,8}[=:]\s{0,8}["']?[A-Za-z0-9/+]{40}\b/gi },
  {
    kind: 'token',
    pattern:
      /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{40,255}|xox[abprs]-[A-Za-z0-9-]{10,255})\b/g,
  },
  {
    kind: 'password-verifier',
    pattern: /SCRAM-SHA-256\$[0-9]{1,8}:[A-Za-z0-9+/=]{8,128}\$[A-Za-z0-9+/=]{8,128}/g,
  },
  {
    kind: 'password',
    pattern: new RegExp(
      `\\b${secretName}["']?\\s{0,4}=(?!=)\\s{0,4}(?:"([^"\\n]{1,256})"|'([^'\\n]{1,256})'|([^\\s"'&,;]{1,256}))`,
      'gi',
    ),
    value: 1,
  },
  {
    // After a colon prose is frequent: a digit or sign must be in the value.
    kind: 'password',
    pattern: new RegExp(
      `\\b${passwordName}["']?\\s{0,4}:\\s{0,4}["']?((?=[^\\s"',]{0,255}[0-9!#%&*+^~])[^\\s"',]{6,256})`,
      'gi',
    ),
    value: 1,
  },
  { kind: 'password', pattern: /\bPASSWORD\s{1,8}'([^'\n]{4,256})'/gi, value: 1 },
];

const nothing = new Set([
  'null',
  'none',
  'nil',
  'undefined',
  'true',
  'false',
  'required',
  'string',
  'redacted',
  'changeme',
  'secret',
  'password',
  'yes',
  'no',
  'unset',
  'missing',
  'absent',
  'prompt',
  'set',
]);

/** `<OPERATOR-CHOSEN …>`, `${X}`, `$X`, `%s`, `{{x}}`, `***`, `[secret x]`, `…`, `None`, a call: a value's place, not a value. */
function isPlaceholder(value: string): boolean {
  if (value.length < 4 || nothing.has(value.toLowerCase())) return true;
  if (/^(?:[<$%{[(`|>…]|\\\$|\*{2,}|x{3,}|\.{2,}|-{2,}|_{2,})/i.test(value)) return true;
  // Code that fetches it: os.environ["X"], getpass(), args.password
  return (
    /^[A-Za-z_][\w.]*[[(]/.test(value) ||
    /^(?:args|self|this|env|process|os|config|settings|opts|options|params|data|secrets|targets|commands)\.[\w.]+\)*$/.test(
      value,
    )
  );
}

/** Where a shell works, at the beginning of a line as `env` prints it; the line end before it may be JSON's `\\n`. */
const workingFolder = /(?:(?<![^\n"])|(?<=\\)n)(?:OLD)?PWD=\//y;

function isWorkingFolder(text: string, at: number): boolean {
  workingFolder.lastIndex = at;
  return workingFolder.test(text);
}

/** Where secret-shaped text stands, shape by shape. */
export function* secretsIn(
  text: string,
): Generator<{ readonly start: number; readonly end: number; readonly kind: string }> {
  for (const { kind, pattern, value } of shapes)
    for (const match of text.matchAll(pattern)) {
      // Of several groups (quoted so or so) one took part; the types don't know of the others' absence.
      const groups: readonly (string | undefined)[] = value === undefined ? [] : match.slice(value);
      const secret = groups.find((group) => group !== undefined);
      if (secret !== undefined && (isPlaceholder(secret) || isWorkingFolder(text, match.index))) continue;
      yield { start: match.index, end: match.index + match[0].length, kind };
    }
}
