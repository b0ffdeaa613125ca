import { explain } from '../../explain/index.js';
import { asMarkdown } from '../../explain/markdown.js';
import type { Diagnostic } from '../../text/diagnostic.js';
import type { RuleText } from '../../text/render/sarif.js';

/** The page of every code that was found. */
export function ruleTexts(diagnostics: readonly Diagnostic[]): ReadonlyMap<string, RuleText> {
  const texts = new Map<string, RuleText>();
  for (const { code } of diagnostics) {
    const page = explain(code);
    if (page === undefined || texts.has(code)) continue;
    texts.set(code, { title: page.title, explanation: page.explanation, markdown: asMarkdown(page) });
  }
  return texts;
}
