import { execFileSync } from 'node:child_process';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logText } from '../../src/journal/log-text.js';
import { createRedactor } from '../../src/journal/redact.js';
import { cpuMs } from '../support/cpu-ms.js';

const secret = `p&ss"w<o>rd'/+ ü${'x'}1`;
const hidden = '[secret db]';
const redactorOf = (value: string, name = 'db') => {
  const redactor = createRedactor();
  redactor.add(name, value);
  return redactor;
};

describe('redact', () => {
  const bytes = Buffer.from(secret);
  // Base64 digits that don't depend on what follows.
  const sure = Math.floor((bytes.length * 8) / 6);
  const forms: Record<string, string> = {
    raw: secret,
    base64: bytes.toString('base64').slice(0, sure),
    base64url: bytes.toString('base64url').slice(0, sure),
    hex: bytes.toString('hex'),
    HEX: bytes.toString('hex').toUpperCase(),
    'URI component': encodeURIComponent(secret),
    'URI component, lower case': encodeURIComponent(secret).replace(/%../g, (c) => c.toLowerCase()),
    JSON: JSON.stringify(secret).slice(1, -1),
    'JSON in JSON': JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1),
    XML: secret
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/"/g, '&quot;')
      .replace(/'/g, '&apos;'),
    'shell, single quotes': secret.replace(/'/g, `'\\''`),
    'SQL literal': secret.replace(/'/g, "''"),
    CSV: secret.replace(/"/g, '""'),
    'libpq connection string': secret.replace(/['\\]/g, '\\$&'),
    'URI path': encodeURIComponent(secret).replaceAll('%2F', '/').replaceAll("'", '%27'),
    'strict form': encodeURIComponent(secret).replaceAll('%20', '+').replaceAll("'", '%27'),
    'JSON in ASCII, in JSON': JSON.stringify(
      JSON.stringify(secret)
        .slice(1, -1)
        .replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ).slice(1, -1),
    'URI, every reserved character': encodeURIComponent(secret).replace(/'/g, '%27'),
    'JSON in ASCII': JSON.stringify(secret).slice(1, -1).replace('ü', '\\u00fc'),
    'shell, double quotes': secret.replace(/"/g, '\\"'),
    'shell, backslashes': secret.replace(/[&"<>' ü]/g, '\\$&'),
  };
  it.each(Object.entries(forms))('hides %s', (_name, form) => {
    const shown = redactorOf(secret).redact(`before ${form} after`);
    expect(shown).toContain(hidden);
    expect(shown).not.toContain(form);
    expect(shown.startsWith('before ') && shown.endsWith(' after')).toBe(true);
  });

  describe('as bytes', () => {
    const plain = 'hunter2hunter2';
    const printed = (program: string, args: readonly string[], input: string) =>
      execFileSync(program, args, { input, encoding: 'utf8' });
    const utf16 = Buffer.from(`$p = '${plain}'`, 'utf16le');
    const hex = Buffer.from(plain).toString('hex');
    const dumps: Readonly<Record<string, () => string>> = {
      od: () => printed('od', ['-An', '-tx1', '-w64'], `x${plain}`),
      'in capitals, with colons': () => hex.toUpperCase().replace(/..(?=.)/g, '$&:'),
      'in C': () => `0x${hex.replace(/..(?=.)/g, '$&, 0x')}`,
      xxd: () => hex.replace(/..../g, '$& '),
      'xxd, from an odd place': () => `78${hex}`.replace(/..../g, '$& '),
      'UTF-16': () => utf16.toString('utf8'),
      'UTF-16 in base64': () => utf16.toString('base64'),
      'UTF-16 in hex': () => utf16.toString('hex'),
    };
    it.each(Object.entries(dumps))('hides %s', (_name, form) => {
      expect(redactorOf(plain).redact(form())).toContain(hidden);
    });
    it.each([0, 1, 2, 3, 4])('hides base32 behind %i', (n) => {
      const text = printed('base32', [], `${'x'.repeat(n)}${plain}${plain}`);
      expect(redactorOf(plain).redact(text)).toContain(hidden);
    });
  });

  describe('as programs that quote print it', () => {
    const odd = `~t\tb\\s'q"d<&>, üß€😀 #1`;
    const bash = (format: string, locale: string) =>
      execFileSync('bash', ['--norc', '--noprofile', '-c', format, 'bash', odd], {
        encoding: 'utf8',
        env: { LC_ALL: locale, PATH: process.env['PATH'] },
      });
    it.each([
      ['bash, $’…’', () => bash('printf %q "$1"', 'C.UTF-8')],
      ['bash, $’…’ in ASCII', () => bash('printf %q "$1"', 'C')],
      ['bash, declare', () => bash('X="$1"; declare -p X', 'C.UTF-8')],
      ['Node', () => inspect(odd)],
      ['COPY', () => odd.replaceAll('\\', '\\\\').replaceAll('\t', '\\t')],
      ['an escape string of SQL', () => String.raw`E'~t\tb\\s''q"d<&>, üß€😀 #1'`],
      ['quote_literal', () => `E'~t\tb\\\\s''q"d<&>, üß€😀 #1'`],
      ['an element of an array', () => `{"~t\tb\\\\s'q\\"d<&>, üß€😀 #1"}`],
      ['Python’s ascii()', () => String.raw`'~t\tb\\s\'q"d<&>, \xfc\xdf\u20ac\U0001f600 #1'`],
      [
        'Python’s bytes',
        () => String.raw`b'~t\tb\\s\'q"d<&>, \xc3\xbc\xc3\x9f\xe2\x82\xac\xf0\x9f\x98\x80 #1'`,
      ],
      ['git', () => String.raw`"~t\tb\\s'q\"d<&>, \303\274\303\237\342\202\254\360\237\230\200 #1"`],
      ['JSON by Go', () => String.raw`"~t\tb\\s'q\"d\u003c\u0026\u003e, üß€😀 #1"`],
      [
        'JSON by .NET',
        () => String.raw`"~t\tb\\s\u0027q\u0022d\u003C\u0026\u003E, \u00FC\u00DF\u20AC\uD83D\uDE00 #1"`,
      ],
      ['HTML by Go', () => '~t\tb\\s&#39;q&#34;d&lt;&amp;&gt;, üß€😀 #1'],
    ])('%s', (_, form) => {
      expect(redactorOf(odd).redact(`before ${form()} after`)).toMatch(
        /^before .{0,16}\[secret db\].{0,3} after$/s,
      );
    });
    it('bash, backslashes', () => {
      const plain = `~a:~b=~c#d,e{f}!g^h[i]é%q`;
      const form = execFileSync('bash', ['-c', 'printf %q "$1"', 'bash', plain], {
        encoding: 'utf8',
        env: { LC_ALL: 'C.UTF-8' },
      });
      expect(form).not.toBe(plain);
      expect(redactorOf(plain).redact(`before ${form} after`)).toBe(`before ${hidden} after`);
    });
    it('as a number for people', () => {
      expect(redactorOf('1234567890').redact('1,234,567,890 rows')).toBe(`${hidden} rows`);
    });
  });

  it('finds it at every shift inside a longer base64 text, wrapped lines included', () => {
    const value = 'correct-horse-battery';
    for (const prefix of ['', 'u', 'us', 'use', 'user:'])
      for (const suffix of ['', '@', '@h', '@host']) {
        const text = Buffer.from(`${prefix}${value}${suffix}`).toString('base64');
        expect(redactorOf(value).redact(text)).toContain(hidden);
        expect(redactorOf(value).redact(text.replace(/.{10}/g, '$&\n'))).toContain(hidden);
      }
  });

  it('hides one that terminal codes split', () => {
    const shown = redactorOf('hunter2hunter2').redact(
      '> hun\x1b[1;31mter2\x1b[0mhun\x1b]8;;http://x\x07ter2 <',
    );
    expect(shown).toBe('> [secret db] <');
  });

  it.each([
    ['another final character', '\x1b[2J'],
    ['characters between', '\x1b[1 q'],
    ['the one-byte introducer', '\x9b0m'],
    ['a title, ended by a bell', '\x1b]0;title\x07'],
    ['a title, ended by a string terminator', '\x1b]0;title\x1b\\'],
    ['two characters', '\x1bM'],
  ])('hides one that is split by a code with %s', (_, code) => {
    expect(redactorOf('hunter2hunter2').redact(`> hunter2${code}hunter2 <`)).toBe('> [secret db] <');
  });

  it('hides each line of one that has several, but none that is too short', () => {
    const shown = redactorOf('-----BEGIN\r\nMIIEvQIB\nshort\nADANBgkqhkiG').redact(
      'a MIIEvQIB b short c ADANBgkqhkiG d',
    );
    expect(shown).toBe('a [secret db] b short c [secret db] d');
  });

  it('hides several, in whichever spelling the first of them is, and nothing between', () => {
    const redactor = redactorOf('first-secret', 'one');
    redactor.add('two', 'second-secret');
    const encoded = Buffer.from('second-secret').toString('hex');
    expect(redactor.redact(`a ${encoded} b first-secret c second-secret d`)).toBe(
      'a [secret two] b [secret one] c [secret two] d',
    );
    expect(redactor.redact('first-secretsecond-secret')).toBe('[secret one][secret two]');
  });

  it('keeps the name under which a value was declared first', () => {
    const redactor = redactorOf('hunter2hunter2', 'one');
    redactor.add('two', 'hunter2hunter2');
    expect(redactor.redact('hunter2hunter2')).toBe('[secret one]');
  });

  it('hides the longer of two whole, in whichever order they were added', () => {
    for (const order of [
      ['abcdefgh', 'abcdefghijkl'],
      ['abcdefghijkl', 'abcdefgh'],
    ] as const) {
      const redactor = createRedactor();
      redactor.add(order[0], order[0]);
      redactor.add(order[1], order[1]);
      expect(redactor.redact('x abcdefghijkl y')).toBe('x [secret abcdefghijkl] y');
    }
  });

  it('hides both of two that overlap', () => {
    const redactor = createRedactor();
    redactor.add('one', 'aaaabbbb');
    redactor.add('two', 'bbbbcccc');
    expect(redactor.redact('aaaabbbbcccc')).toBe('[secret one]');
  });

  it('hides the whole of one that has another in its midst', () => {
    const redactor = redactorOf('postgres://hunter2hunter2@db/shop');
    redactor.add('password', 'hunter2hunter2');
    expect(redactor.redact('to postgres://hunter2hunter2@db/shop')).toBe(`to ${hidden}`);
  });

  it('hides six characters before a cut, which are seldom there by chance', () => {
    expect(redactorOf('correct-horse-battery').redact('as correc…')).toBe(`as ${hidden}…`);
  });

  it('hides the beginning of one that a cut goes through', () => {
    const { redact } = redactorOf('correct-horse-battery');
    expect(redact('as correct-hors… and correct-h…')).toBe(`as ${hidden}… and ${hidden}…`);
    expect(redact(`${Buffer.from('correct-horse-b').toString('base64')}…`)).toBe(`${hidden}…`);
    expect(redact('it is correct… as corre…')).toBe(`it is ${hidden}… as corre…`);
    expect(redact('incorrectly… corrector…')).toBe('incorrectly… corrector…');
  });

  it.each([
    ['nothing but cuts', '…'.repeat(100_000)],
    ['cuts behind ever other words', Array.from({ length: 30_000 }, (_, i) => `word${i}…`).join('')],
  ])('looks soon through a text of %s', (_, text) => {
    const redactor = redactorOf('correct-horse-battery');
    for (let n = 0; n < 10; n += 1) redactor.add('more', `another ü of some length, ${n}`.repeat(4));
    expect(cpuMs(() => expect(redactor.redact(text)).toBe(text))).toBeLessThan(300);
  });

  it('takes nothing as a pattern', () => {
    expect(redactorOf('.*+?^${}()').redact('abcdefghij')).toBe('abcdefghij');
  });

  it('refuses what is too short to be hidden without harm', () => {
    expect(() => redactorOf('1234567')).toThrow(/shorter/);
  });
});

describe('a stream', () => {
  const pieces = (text: string, cuts: readonly number[]) => {
    const places = [0, ...cuts.map((c) => c % (text.length + 1)).sort((a, b) => a - b), text.length];
    return places.slice(1).map((end, i) => text.slice(places[i], end));
  };
  it('shows the same as the whole text, wherever it is cut', () => {
    const redactor = redactorOf('hunter2hunter2');
    redactor.add('two', 'ter2hunter2-and-more');
    const texts = [
      'a hunter2hunter2 b',
      'x hun\x1b[31mter2hun\x1b[0mter2',
      'hunter2hunter2-and-more hunter2hunter2hunter2hunter2',
      Buffer.from('user:hunter2hunter2@').toString('base64').replace(/.{8}/g, '$&\r\n'),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(fc.nat(200), { maxLength: 12 }), (text, cuts) => {
        const stream = redactor.stream();
        const shown = pieces(text, cuts).map(stream.push).join('') + stream.end();
        expect(shown).toBe(redactor.redact(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('shows the same as the whole text where much stands between secrets', () => {
    const redactor = redactorOf('hunter2hunter2');
    redactor.add('two', 'ter2hunter2-and-more');
    const filler = 'nothing to hide '.repeat(20);
    const wrapped = Buffer.from('user:hunter2hunter2@').toString('base64').replace(/.{8}/g, '$&\n');
    const hex = Buffer.from('ter2hunter2-and-more').toString('hex');
    const text = `${filler}${hex}${filler}hunter2hunter2 ${filler}hunter2hunter2-and-more${filler}${wrapped}${filler}hunter2hunter2${filler}`;
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
        const stream = redactor.stream();
        const shown = pieces(text, cuts).map(stream.push).join('') + stream.end();
        expect(shown).toBe(redactor.redact(text));
        expect(shown).not.toContain('hunter2');
      }),
      { numRuns: 300 },
    );
  });

  it('hides what was pushed before the secret was known', () => {
    const redactor = redactorOf('another-secret', 'other');
    const stream = redactor.stream();
    const before = stream.push('hunter2');
    redactor.add('db', 'hunter2hunter2');
    expect(before + stream.push('hunter2') + stream.end()).toBe(hidden);
  });

  it('shows at once what comes before any secret is known', () => {
    expect(createRedactor().stream().push('as it is')).toBe('as it is');
  });

  it('holds back a megabyte at most, of codes without a text too', () => {
    const stream = redactorOf('hunter2hunter2').stream();
    const codes = '\x1b[0m'.repeat(1 << 19);
    expect(stream.push(codes)).toBe(codes);
  });

  it('holds back little and hides what stands at the end of a large chunk', () => {
    const stream = redactorOf('hunter2hunter2').stream();
    const large = `${'x'.repeat(3 << 20)}hunter2`;
    const first = stream.push(large);
    expect(first.length).toBeGreaterThan(large.length - 100);
    expect(first + stream.push('hunter2') + stream.end()).toBe(`${'x'.repeat(3 << 20)}${hidden}`);
  });
});

it('logText shows what a terminal would obey, and keeps lines', () => {
  expect(logText('a\x1b[2Jb\r\n\tc\u202e\u0085\x7f')).toBe('a␛[2Jb␍\n\tc<U+202E><U+0085>␡');
});
