import { describe, expect, it } from 'vitest';
import { redactStrings } from '../../src/journal/redact-strings.js';

const redact = (text: string): string => text.replaceAll('duration_ms', '[secret pw]');
const hidden = '[secret pw]';

describe('redactStrings', () => {
  it('hides it in every text, and in keys where anybody may have written them', () => {
    const event = {
      type: 'action_ended',
      duration_ms: 3,
      words: 'it took duration_ms',
      outputs: { stdout: { duration_ms: [{ 'a duration_ms': 'duration_ms' }] } },
    };
    expect(redactStrings(event, redact)).toEqual({
      type: 'action_ended',
      duration_ms: 3,
      words: `it took ${hidden}`,
      outputs: { stdout: { [hidden]: [{ [`a ${hidden}`]: hidden }] } },
    });
  });

  it.each(['outputs', 'observed', 'expected', 'detail'])(
    'hides it in keys of what came from outside as %s',
    (field) => {
      const shown = { [field]: { list: [{ [hidden]: 1 }] } };
      expect(redactStrings({ [field]: { list: [{ duration_ms: 1 }] } }, redact)).toEqual(shown);
    },
  );

  it('hides one of digits that came from outside as a number, and leaves the runner’s own', () => {
    const hide = (text: string): string => text.replaceAll('12345678', hidden);
    expect(redactStrings({ seq: 12345678, observed: { json: [12345678, 1.5] } }, hide)).toEqual({
      seq: 12345678,
      observed: { json: [hidden, 1.5] },
    });
  });

  it('keeps two keys that become one apart, and `__proto__` a key like others', () => {
    const hide = (text: string): string => text.replaceAll(/pw-[ab]/g, hidden);
    const observed = JSON.parse('{"pw-a": 1, "pw-b": 2, "__proto__": 3}') as unknown;
    expect(JSON.stringify(redactStrings({ observed }, hide))).toBe(
      `{"observed":{"${hidden}":1,"${hidden} (2)":2,"__proto__":3}}`,
    );
  });
});
