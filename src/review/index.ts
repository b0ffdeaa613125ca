import { renderHtml } from '../report/html.js';
import { printMarkdown } from '../report/markdown/print.js';
import { layOut } from './layout.js';
import type { Review } from './schema.js';

export { buildReview } from './build.js';
export { compareFor, type Against } from './compare/index.js';
export type { Review } from './schema.js';
export type ReviewFormat = 'md' | 'json' | 'html';

const forms: Readonly<Record<ReviewFormat, (review: Review) => string>> = {
  md: (review) => printMarkdown(layOut(review)),
  json: (review) => `${JSON.stringify(review, null, 2)}\n`,
  html: (review) => renderHtml(`${review.runbook.title} — command review`, layOut(review)),
};

export const renderReview = (review: Review, format: ReviewFormat): string => forms[format](review);
